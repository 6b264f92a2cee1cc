//! A page of a list.

/// A page: the rows, and how to ask for the next one.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// The rows of this page.
    pub data: Vec<T>,
    /// Where it ends.
    pub page: PageInfo,
}

/// Where a page ends.
#[derive(Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct PageInfo {
    /// Give this back as `cursor` to read on; `null` at the end.
    pub next_cursor: Option<String>,
    /// Whether there is more.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// A list that is complete.
    #[must_use]
    pub fn whole(data: Vec<T>) -> Self {
        Self { data, page: PageInfo::default() }
    }
}
