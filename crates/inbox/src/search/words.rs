//! What a word is: letters and digits in a row, in lower case and without accents. The same when
//! text is stored, when it is asked for, and when a find is marked.
//!
//! An accent is what Unicode lets stand above or below a letter in any order (a combining class that
//! is not 0); the vowel signs of Indic scripts are none, and stay.
//!
//! Of scripts that put no spaces between words each character is one.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// The longest word, in characters; longer ones are known by their beginning.
const LONGEST: usize = 40;
/// So many words of a question count.
const MOST: usize = 16;
/// A beginning of a word is looked for from so many characters on; a shorter one is a whole word,
/// because too much begins with it.
const BEGINNING: usize = 2;

/// A word, and where it stands in the text, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) word: String,
    pub(crate) at: Range<usize>,
}

/// The words of a text, in order.
pub(crate) fn placed(text: &str) -> Vec<Placed> {
    let mut all = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let goes_on = c.is_alphanumeric() || (start.is_some() && is_combining_mark(c));
        let stands_alone = goes_on && is_a_word(c);
        if let Some(from) = start.filter(|_| !goes_on || stands_alone) {
            push(&mut all, text, from..at);
            start = None;
        }
        if stands_alone {
            push(&mut all, text, at..at + c.len_utf8());
        } else if goes_on && start.is_none() {
            start = Some(at);
        }
    }
    if let Some(from) = start {
        push(&mut all, text, from..text.len());
    }
    all
}

fn push(all: &mut Vec<Placed>, text: &str, at: Range<usize>) {
    let word = text.get(at.clone()).map(folded).unwrap_or_default();
    if !word.is_empty() {
        all.push(Placed { word, at });
    }
}

/// Lower case, no accents, not too long.
fn folded(run: &str) -> String {
    run.chars()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| c.is_alphanumeric() && canonical_combining_class(*c) == 0)
        .flat_map(char::to_lowercase)
        // At the end of a word the small sigma looks different; as a capital it does not.
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .take(LONGEST)
        .collect()
}

/// Whether a character is a word by itself: Han, Hiragana, Katakana, also in half the width.
const fn is_a_word(c: char) -> bool {
    matches!(c,
        '\u{3005}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9D}'
        | '\u{20000}'..='\u{323AF}')
}

/// The different words of some texts.
pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    texts.into_iter().flat_map(placed).map(|placed| placed.word).collect()
}

/// What is asked for: all of these words, and one that is perhaps not typed to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) others: Vec<String>,
    /// The last word typed, and the last text that still begins with it.
    pub(crate) first: String,
    pub(crate) last: String,
}

impl Asked {
    /// The question in a text; `None` when there is no word in it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut words: Vec<String> =
            placed(text).into_iter().map(|placed| placed.word).take(MOST).collect();
        let first = words.pop()?;
        let begins = first.chars().nth(BEGINNING - 1).is_some();
        let last = if begins { format!("{first}\u{10FFFF}") } else { first.clone() };
        words.sort();
        words.dedup();
        Some(Self { others: words, first, last })
    }

    /// Whether a word of a text is one that was asked for.
    pub(crate) fn means(&self, word: &str) -> bool {
        (self.first.as_str()..=self.last.as_str()).contains(&word)
            || self.others.iter().any(|other| other == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        placed(text).into_iter().map(|placed| placed.word).collect()
    }

    #[test]
    fn words_are_letters_and_digits_without_case_and_accents() {
        assert_eq!(words("Wo ist Bestellung #4711?"), ["wo", "ist", "bestellung", "4711"]);
        assert_eq!(words("Caf\u{e9} CAFE\u{301} STRASSE"), ["cafe", "cafe", "strasse"]);
        assert_eq!(words("ada@example.test"), ["ada", "example", "test"]);
        assert_eq!(words("don't"), ["don", "t"]);
        assert_eq!(words("ﬁne Ⅷ"), ["fine", "viii"]);
        assert_eq!(words("\u{301}?! \u{200d} 👩‍👩‍👧"), Vec::<String>::new());
        assert_eq!(words("ΟΔΟΣ οδός"), ["οδοσ", "οδοσ"]);
        assert_eq!(words("कम काम"), ["कम", "काम"], "a vowel sign is no accent");
        assert_eq!(words(&"x".repeat(100)), ["x".repeat(40)]);
    }

    #[test]
    fn each_character_is_a_word_where_none_are_between_spaces() {
        assert_eq!(words("請求書abcカナ"), ["請", "求", "書", "abc", "カ", "ナ"]);
        assert_eq!(words("ｶﾅ"), ["カ", "ナ"], "half as wide and the same");
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "Ein Café, bitte";
        let at: Vec<&str> =
            placed(text).into_iter().map(|placed| text.get(placed.at).unwrap()).collect();
        assert_eq!(at, ["Ein", "Café", "bitte"]);
    }

    #[test]
    fn the_last_word_is_a_beginning_and_the_others_are_whole() {
        let asked = Asked::read("Order refu").unwrap();
        assert!(asked.means("order") && asked.means("refund") && asked.means("refu"));
        assert!(!asked.means("orders") && !asked.means("ref") && !asked.means("reg"));
        let one = Asked::read("a").unwrap();
        assert!(one.means("a") && !one.means("ab"), "too much begins with one letter");
        assert_eq!(Asked::read(" ?! "), None);
        assert_eq!(Asked::read("a b c d e f g h i j k l m n o p q r").unwrap().others.len(), 15);
    }
}
