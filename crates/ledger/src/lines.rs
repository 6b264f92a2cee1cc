//! The lines of a bundle, read where they stand in the reader's own space: a line is copied only
//! when it reaches over the end of that.

use std::io::{self, BufRead};

/// Lines of a reader, one at a time.
pub(crate) struct Lines<R> {
    bundle: R,
    /// How much of the reader's space the last line took.
    taken: usize,
    cut: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) const fn of(bundle: R) -> Self {
        Self { bundle, taken: 0, cut: Vec::new() }
    }

    /// The next line without its end.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.bundle.consume(std::mem::take(&mut self.taken));
        let end = match self.bundle.fill_buf() {
            Ok(space) => memchr::memchr(b'\n', space),
            // What follows begins anew by itself.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
            Err(error) => return Err(error),
        };
        if let Some(length) = end {
            self.taken = length + 1;
            return Ok(self.bundle.fill_buf()?.get(..length));
        }
        self.cut.clear();
        let read = self.bundle.read_until(b'\n', &mut self.cut)?;
        if self.cut.last() == Some(&b'\n') {
            self.cut.pop();
        }
        Ok((read > 0).then_some(self.cut.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn lines_are_the_same_however_much_is_read_at_a_time() {
        let text = b"one\n\nthree is longer\nfour";
        let expected: Vec<&[u8]> = vec![b"one", b"", b"three is longer", b"four"];
        for space in 1..40 {
            let mut lines = Lines::of(BufReader::with_capacity(space, text.as_slice()));
            for line in &expected {
                assert_eq!(lines.next().unwrap(), Some(*line), "{space}");
            }
            assert_eq!(lines.next().unwrap(), None, "{space}");
        }
    }
}
