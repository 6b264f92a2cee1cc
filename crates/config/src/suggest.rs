//! Finds the known word nearest to a mistyped one.

/// The nearest of `known`, when it is near enough to be what was meant.
pub(crate) fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|word| (distance(typed, word), word))
        .min()
        .filter(|(steps, word)| *steps <= 2.max(word.len() / 3))
        .map(|(_, word)| word)
}

/// Letters to add, remove or change to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut next = vec![line + 1];
        for ((&other, &changed), &removed) in to.iter().zip(&row).zip(row.iter().skip(1)) {
            let added = next.last().copied().unwrap_or_default() + 1;
            next.push(added.min(removed + 1).min(changed + usize::from(letter != other)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_counted_in_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn a_slip_is_recognised_and_nonsense_is_not() {
        let known = ["server.dashboard_url", "server.widget_url", "log.format"];
        assert_eq!(nearest("server.dashbord_url", known.into_iter()), Some("server.dashboard_url"));
        assert_eq!(nearest("zzz", known.into_iter()), None);
    }
}
