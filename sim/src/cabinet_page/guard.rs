//! Who may speak to the page: a browser on this computer that shows the page itself, and nobody else.
//!
//! The page listens on loopback, but any web page that the same browser has open can send requests there. So a request
//! must name this server as its host (against names that are made to point here), and one that does something must
//! come from the page itself.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Nothing from elsewhere is loaded, and nothing that stands in the page itself is run.
const ONLY_OURS: &str =
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, ONLY_OURS),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

/// The names of this server.
pub(super) struct Guard {
    hosts: [String; 2],
}

impl Guard {
    pub(super) fn new(port: u16) -> Guard {
        Guard { hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    fn lets_in(&self, method: &Method, headers: &HeaderMap) -> bool {
        let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let Some(host) = value(HOST).filter(|host| self.hosts.iter().any(|ours| ours == host)) else {
            return false;
        };
        let only_looks = [Method::GET, Method::HEAD].contains(method);
        only_looks || value(ORIGIN).and_then(|origin| origin.strip_prefix("http://")) == Some(host)
    }
}

/// Refuses strangers, and tells browsers to be strict with the answer.
pub(super) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    if !guard.lets_in(request.method(), request.headers()) {
        return (StatusCode::FORBIDDEN, "Open the page by the address that the demo printed.\n")
            .into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: Method, host: Option<&str>, origin: Option<&str>, expected: bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in [(HOST, host), (ORIGIN, origin)] {
            if let Some(value) = value {
                headers.insert(name, value.parse().unwrap());
            }
        }
        assert_eq!(Guard::new(8080).lets_in(&method, &headers), expected, "{method} {host:?} {origin:?}");
    }

    #[test]
    fn only_the_page_itself_may_do_something() {
        let ours = Some("127.0.0.1:8080");
        check(Method::GET, ours, None, true);
        check(Method::GET, Some("localhost:8080"), None, true);
        check(Method::GET, Some("evil.example:8080"), None, false);
        check(Method::GET, Some("127.0.0.1:8081"), None, false);
        check(Method::GET, None, None, false);
        check(Method::POST, ours, Some("http://127.0.0.1:8080"), true);
        check(Method::POST, ours, Some("http://localhost:8080"), false);
        check(Method::POST, ours, Some("https://127.0.0.1:8080"), false);
        check(Method::POST, ours, Some("http://evil.example"), false);
        check(Method::POST, ours, Some("null"), false);
        check(Method::POST, ours, None, false);
        check(Method::DELETE, ours, None, false);
    }
}
