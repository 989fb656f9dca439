//! The interface described: the `OpenAPI` document and a page that shows it.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Info, OpenApi, OpenApiBuilder};
use utoipa_swagger_ui::SwaggerUi;

use super::App;

/// The page is a foreign one and writes its own styles; nothing else may.
const PAGE_POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

const ABOUT: &str = "Money is a string in yuan with two decimals, `\"1234.50\"`; unit prices have up to four. \
     Times are RFC 3339 in the company's zone, dates `2026-10-16`, ids UUIDs, weights grams. \
     Every error is `application/problem+json` with a stable `code`; where a rule of the regulation says no, \
     `clause` names it (S15). Where an operation asks for `access` in certain roles, every other is answered 403 or 422; \
     what somebody may not see is answered as what is not there. `detail` is one sentence in the language of `Accept-Language`: Chinese, or English.";

/// The frame that the routes are put into.
pub(super) fn document() -> OpenApi {
    let mut info = Info::new("Fieldbook 外勤账本", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("the access token of `POST /api/v1/session`, good for ten minutes"))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    let delivering = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "the same token, on an enrolled device; also of a device that has lost its other rights",
        ))
        .build();
    let components = document.components.get_or_insert_with(Default::default);
    components.add_security_scheme("access", SecurityScheme::Http(bearer));
    components.add_security_scheme("delivery", SecurityScheme::Http(delivering));
    document
}

/// The document and its page.
pub(super) fn routes(document: &OpenApi) -> Router<App> {
    let json = document.to_json().expect("the document is plain text");
    let page = SwaggerUi::new("/api/docs").config(utoipa_swagger_ui::Config::from("/api/v1/openapi.json"));
    let page = Router::<App>::from(page).route_layer(axum::middleware::map_response(own_policy));
    Router::new()
        .route("/api/v1/openapi.json", get(move || std::future::ready(as_json(json.clone()))))
        .merge(page)
}

fn as_json(json: String) -> impl axum::response::IntoResponse {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], json)
}

async fn own_policy(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    response
}
