//! A server that renders a page by what each request says: its languages, its cookies, its query. It hands over to the page
//! what a page cannot see. `cargo run -p tabstate-example-axum [port]` starts it.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use axum::Router;
use axum::extract::RawQuery;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tabstate::context::Facts;
use tabstate::query_params::QueryText;

/// What the query says. A link is made by the same struct.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
struct Filters {
    q: String,
    #[serde(skip_serializing_if = "is_first")]
    page: u32,
    tag: Vec<String>,
}

impl Default for Filters {
    fn default() -> Self {
        Self { q: String::new(), page: 1, tag: Vec::new() }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_first(page: &u32) -> bool {
    *page == 1
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The page for a request.
fn html(facts: &Facts, query: &QueryText) -> String {
    let locale = facts.negotiate_locale(&["en", "nb", "pt-BR"]).unwrap_or("en");
    let title = match locale {
        "nb" => "Avganger",
        "pt-BR" => "Partidas",
        _ => "Departures",
    };
    // Without a choice that was kept, the style sheet asks the browser itself.
    let theme = facts.cookies().get("theme").unwrap_or_else(|| "auto".to_owned());
    let filters: Filters = query.read_or_default();
    let next = Filters { page: filters.page.saturating_add(1), ..filters.clone() };
    let link = QueryText::write(&next).map(|text| text.as_str().to_owned()).unwrap_or_default();
    format!(
        r#"<!doctype html>
<html lang="{locale}" class="{theme}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
{script}
</head>
<body>
<h1>{title}</h1>
<p id="q">{q}</p>
<p id="tags">{tags}</p>
<p id="page">{page}</p>
<a href="?{link}">{page_after}</a>
</body>
</html>
"#,
        theme = escaped(&theme),
        script = facts.script(),
        q = escaped(&filters.q),
        tags = escaped(&filters.tag.join(", ")),
        page = filters.page,
        link = escaped(&link),
        page_after = next.page,
    )
}

fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

async fn page(headers: HeaderMap, RawQuery(query): RawQuery) -> impl IntoResponse {
    // Browsers send cookies in UTF-8.
    let texts: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), utf8(value.as_bytes()))).collect();
    let texts = texts.iter().map(|(name, value)| (*name, &**value));
    let query = QueryText::parse(query.as_deref().unwrap_or_default());
    let about = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        // It is for this person alone.
        (CACHE_CONTROL, "private, no-cache"),
        (VARY, "Accept-Language, Cookie"),
    ];
    (about, html(&Facts::from_headers(texts), &query))
}

fn app() -> Router {
    Router::new().route("/", get(page))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}/?q=fjord&tag=sea", listener.local_addr()?);
    axum::serve(listener, app()).await
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::app;

    async fn ask(target: &str, headers: &[(&str, &str)]) -> String {
        let request = headers.iter().fold(Request::get(target), |request, (name, value)| request.header(*name, *value));
        let response = app().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()["cache-control"], "private, no-cache");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_first_html_has_the_locale_the_theme_and_the_filters_of_the_request() {
        let sent = [("accept-language", "no, en;q=0.5"), ("cookie", "id=7; theme=dark")];
        let html = ask("/?tag=sea&q=S%C3%A3o+Paulo&page=2&tag=snow", &sent).await;
        for part in [
            r#"<html lang="nb" class="dark">"#,
            "<h1>Avganger</h1>",
            r#"<p id="q">São Paulo</p>"#,
            r#"<p id="tags">sea, snow</p>"#,
            r#"<a href="?q=S%C3%A3o+Paulo&amp;page=3&amp;tag=sea&amp;tag=snow">3</a>"#,
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[tokio::test]
    async fn what_is_absent_or_invalid_is_the_default_and_nothing_breaks_out() {
        let hostile = [("cookie", "theme=\"><script>"), ("accept-language", "</script><script>1"), ("x", "y")];
        let html = ask("/?page=12abc&q=%3Cscript%3E&tag=%FF", &hostile).await;
        assert!(html.contains(r#"<html lang="en""#) && html.contains(r#"<p id="page">1</p>"#), "{html}");
        assert!(html.contains("<p id=\"q\">&lt;script></p>"), "{html}");
        assert_eq!(html.matches("<script").count(), 1, "{html}");
    }
}
