//! Checkpoints (C2SP tlog-checkpoint): whose tree, how many leaves, which root.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::note::{BadNote, Note, SigningKey};

/// What a log says of its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// The signed note.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Note {
        Note::signed(&self.text(), key)
    }

    /// Reads the text of a note whose signature was verified; extension lines are passed over.
    ///
    /// # Errors
    /// [`BadNote::Malformed`].
    pub fn parse(text: &str) -> Result<Self, BadNote> {
        let mut lines = text.strip_suffix('\n').ok_or(BadNote::Malformed)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(BadNote::Malformed);
        };
        let is_plain = size.bytes().all(|byte| byte.is_ascii_digit());
        if origin.is_empty() || !is_plain || (size.len() > 1 && size.starts_with('0')) {
            return Err(BadNote::Malformed);
        }
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        Ok(Self {
            origin: origin.to_owned(),
            size: size.parse().map_err(|_| BadNote::Malformed)?,
            root: root.ok_or(BadNote::Malformed)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_back_as_itself() {
        // The example of C2SP tlog-cosignature.
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let read = Checkpoint::parse(text).unwrap();
        assert_eq!((read.origin.as_str(), read.size), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(read.text(), text);
        assert_eq!(Checkpoint::parse(&format!("{text}more\n")), Ok(read));
    }

    #[test]
    fn what_is_no_checkpoint_is_an_error() {
        for text in [
            "",
            "a",
            "a\n1\n",
            "a\n1\nAAAA\n",
            "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n99999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        ] {
            assert_eq!(Checkpoint::parse(text), Err(BadNote::Malformed), "{text:?}");
        }
    }
}
