//! Names and addresses as the audit log may keep them: enough to recognise, too little to know.

use lk_base::Personal;

/// The first letter of a name, `A***`.
#[must_use]
pub fn name(name: &Personal) -> String {
    first(name.reveal())
}

/// An address with only its first letters and its last label: `a***@e***.test`.
#[must_use]
pub fn email(email: &Personal) -> String {
    let Some((local, domain)) = email.reveal().rsplit_once('@') else { return "***".to_owned() };
    match domain.rsplit_once('.') {
        Some((host, last)) => format!("{}@{}.{last}", first(local), first(host)),
        None => format!("{}@{}", first(local), first(domain)),
    }
}

fn first(text: &str) -> String {
    text.chars().next().map_or_else(|| "***".to_owned(), |letter| format!("{letter}***"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn personal(text: &str) -> Personal {
        Personal::new(text.to_owned())
    }

    #[test]
    fn a_name_keeps_its_first_letter() {
        assert_eq!(name(&personal("Ada Lovelace")), "A***");
        assert_eq!(name(&personal("Özlem")), "Ö***");
        assert_eq!(name(&personal("")), "***");
    }

    #[test]
    fn an_address_keeps_two_letters_and_its_last_label() {
        assert_eq!(email(&personal("ada@example.test")), "a***@e***.test");
        assert_eq!(email(&personal("ada@mail.example.co.test")), "a***@m***.test");
        assert_eq!(email(&personal("root@localhost")), "r***@l***");
        assert_eq!(email(&personal("nonsense")), "***");
    }
}
