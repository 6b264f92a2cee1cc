//! What sockets may say: two closed lists. Listeners are made of them, and so is the sweep of the
//! tests, so that what is added here is looked at with somebody else's ids before anybody thinks of it.

macro_rules! heard {
    ($(#[doc = $doc:literal])* $list:ident { $($(#[doc = $what:literal])* $name:ident = $text:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $list {
            $($(#[doc = $what])* $name,)*
        }

        impl $list {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

heard! {
    /// What an operator's socket may say.
    FromOperator {
        /// What happened after a number.
        Resume = "resume",
        /// To follow a conversation.
        Join = "join",
        /// To follow it no longer.
        Leave = "leave",
        /// That they write, or write no longer.
        Typing = "typing",
        /// That they are there, or away.
        Presence = "presence",
    }
}

heard! {
    /// What a visitor's socket may say.
    FromVisitor {
        /// To follow one of their conversations, and what was said in it after a number.
        Join = "join",
        /// That they write, or write no longer.
        Typing = "typing",
    }
}

#[cfg(test)]
mod tests {
    use super::{FromOperator, FromVisitor};

    #[test]
    fn listeners_are_made_of_the_lists_alone() {
        let operators = include_str!("operators.rs");
        let visitors = include_str!("visitors.rs");
        for (source, count) in
            [(operators, FromOperator::ALL.len()), (visitors, FromVisitor::ALL.len())]
        {
            assert_eq!(source.matches("socket.on(").count(), count);
            assert_eq!(source.matches("socket.on(said.name(), ").count(), count);
        }
    }
}
