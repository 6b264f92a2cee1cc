//! Finds the string literals of a Rust file, without those in comments.

/// A literal, without its quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// Where it begins, counted from 1.
    pub(super) line: usize,
    pub(super) text: String,
}

/// Every string literal, raw ones included, in order.
pub(super) fn literals(source: &str) -> Vec<Literal> {
    let letters: Vec<char> = source.chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    let peek = |at: usize| letters.get(at).copied().unwrap_or('\0');
    while at < letters.len() {
        match (peek(at), peek(at + 1)) {
            ('/', '/') => {
                while at < letters.len() && peek(at) != '\n' {
                    at += 1;
                }
            }
            ('/', '*') => {
                while at < letters.len() && (peek(at), peek(at + 1)) != ('*', '/') {
                    line += usize::from(peek(at) == '\n');
                    at += 1;
                }
                at += 2;
            }
            // A letter in quotes, not a lifetime.
            ('\'', '\\') => {
                at += 3;
                while at < letters.len() && peek(at) != '\'' {
                    at += 1;
                }
                at += 1;
            }
            ('\'', _) if peek(at + 2) == '\'' => at += 3,
            ('r', '"' | '#') if !is_name(at.checked_sub(1).map_or(' ', peek)) => {
                let hashes = (at + 1..).take_while(|&place| peek(place) == '#').count();
                if peek(at + 1 + hashes) != '"' {
                    at += 1;
                    continue;
                }
                let begin = (at + 2 + hashes, line);
                at = begin.0;
                while at < letters.len() && !closes(&letters, at, hashes) {
                    line += usize::from(peek(at) == '\n');
                    at += 1;
                }
                found.push(literal(&letters, begin, at));
                at += 1 + hashes;
            }
            ('"', _) => {
                let begin = (at + 1, line);
                at += 1;
                while at < letters.len() && peek(at) != '"' {
                    let step = if peek(at) == '\\' { 2 } else { 1 };
                    line += (at..at + step).filter(|&place| peek(place) == '\n').count();
                    at += step;
                }
                found.push(literal(&letters, begin, at));
                at += 1;
            }
            (letter, _) => {
                line += usize::from(letter == '\n');
                at += 1;
            }
        }
    }
    found
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn closes(letters: &[char], at: usize, hashes: usize) -> bool {
    letters.get(at) == Some(&'"')
        && letters.iter().skip(at + 1).take(hashes).filter(|&&c| c == '#').count() == hashes
}

fn literal(letters: &[char], (begin, line): (usize, usize), end: usize) -> Literal {
    let text = letters.get(begin..end.min(letters.len())).unwrap_or_default().iter().collect();
    Literal { line, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_and_comments_and_lifetimes_are_not() {
        let source = "// \"no\"\nfn a<'a>(b: &'a str) { \"one\"; '\"'; '\\''; r#\"two \"x\"\n\"#; }\n\
                      /* \"no\n\" */ \"th\\\"ree\"; for_r\"four\"; br\"five\"";
        let texts: Vec<(usize, String)> =
            literals(source).into_iter().map(|one| (one.line, one.text)).collect();
        let expected = [(2, "one"), (2, "two \"x\"\n"), (5, "th\\\"ree"), (5, "four"), (5, "five")];
        let expected: Vec<(usize, String)> =
            expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
        assert_eq!(texts, expected);
    }
}
