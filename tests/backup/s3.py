"""A small strict S3: it checks every signature itself (AWS Signature Version 4) and answers errors as S3 does.

Buckets in the path; PUT, GET, HEAD, DELETE of objects, listing (version 2, in pages), many deletes at once, multipart uploads.
"""

import base64
import hashlib
import hmac
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote, unquote, unquote_plus
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from aiohttp import web

REGION, KEY_ID, SECRET = "eu-test-1", "AKIDTEST", "not-so/secret+key"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_PART = 5 * 1024 * 1024


class RefusedError(Exception):
    def __init__(self, status: int, code: str, message: str = "") -> None:
        self.status, self.code, self.message = status, code, message or code


class S3:
    """One bucket. `requests` are those that were answered, `refusals` the codes of those that were not."""

    def __init__(self, bucket: str = "vault", page: int = 3) -> None:
        self.bucket, self.page = bucket, page
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.requests: list[str] = []
        self.refusals: list[str] = []
        self.broken = 0
        self._numbers = itertools.count(1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Its address."""
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{tail:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            self._hesitate()
            verify(request, body)
            response = self._carry_out(request, body)
            self.requests.append(f"{request.method} {request.rel_url.raw_path}")
        except RefusedError as error:
            self.refusals.append(error.code)
            text = f"{_XML}<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"
            return web.Response(status=error.status, text=text, content_type="application/xml")
        return response

    def _hesitate(self) -> None:
        if self.broken:
            self.broken -= 1
            raise RefusedError(503, "SlowDown", "Please reduce your request rate.")

    def _carry_out(self, request: web.Request, body: bytes) -> web.Response:
        bucket, _, key = unquote(request.rel_url.raw_path).removeprefix("/").partition("/")
        query = request.query
        if bucket != self.bucket:
            raise RefusedError(404, "NoSuchBucket", "The specified bucket does not exist")
        if not key:
            if request.method == "GET" and query.get("list-type") == "2":
                return self._list(query.get("prefix", ""), query.get("continuation-token", ""))
            if request.method == "POST" and "delete" in query:
                return self._delete_many(request, body)
            raise RefusedError(405, "MethodNotAllowed")
        if "uploads" in query or "uploadId" in query:
            return self._multipart(request, key, body)
        match request.method:
            case "PUT":
                self.objects[key] = body
                return web.Response(headers={"ETag": _etag(body)})
            case "GET" | "HEAD":
                return self._get(key)
            case "DELETE":
                self.objects.pop(key, None)
                return web.Response(status=204)
        raise RefusedError(405, "MethodNotAllowed")

    def _get(self, key: str) -> web.Response:
        if key not in self.objects:
            raise RefusedError(404, "NoSuchKey", "The specified key does not exist.")
        data = self.objects[key]
        headers = {"ETag": _etag(data), "Last-Modified": format_datetime(datetime.now(UTC), usegmt=True)}
        return web.Response(body=data, headers=headers)

    def _list(self, prefix: str, after: str) -> web.Response:
        keys = [key for key in sorted(self.objects) if key.startswith(prefix) and key > after]
        shown, more = keys[: self.page], len(keys) > self.page
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>{escape(_etag(self.objects[key]))}</ETag><Size>{len(self.objects[key])}</Size></Contents>"
            for key in shown
        )
        token = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if more else ""
        truncated = f"<IsTruncated>{str(more).lower()}</IsTruncated>"
        return _xml(f"<ListBucketResult {_NS}><Name>{self.bucket}</Name>{truncated}{token}{rows}</ListBucketResult>")

    def _delete_many(self, request: web.Request, body: bytes) -> web.Response:
        sums = {"Content-MD5": hashlib.md5(body), "x-amz-checksum-sha256": hashlib.sha256(body)}  # noqa: S324
        given = {name: digest for name, digest in sums.items() if name in request.headers}
        if not given:
            raise RefusedError(400, "InvalidRequest", "Missing required header for this request: Content-MD5")
        for name, digest in given.items():
            if request.headers[name] != base64.b64encode(digest.digest()).decode():
                raise RefusedError(400, "BadDigest")
        keys = [found.text or "" for found in ET.fromstring(body).iter() if found.tag.endswith("Key")]  # noqa: S314
        for key in keys:
            self.objects.pop(key, None)
        rows = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        return _xml(f"<DeleteResult {_NS}>{rows}</DeleteResult>")

    def _multipart(self, request: web.Request, key: str, body: bytes) -> web.Response:
        upload = request.query.get("uploadId", "")
        if "uploads" in request.query:
            upload = f"upload-{next(self._numbers)}"
            self.uploads[upload] = {}
            names = f"<Bucket>{self.bucket}</Bucket><Key>{escape(key)}</Key><UploadId>{upload}</UploadId>"
            return _xml(f"<InitiateMultipartUploadResult {_NS}>{names}</InitiateMultipartUploadResult>")
        if upload not in self.uploads:
            raise RefusedError(404, "NoSuchUpload")
        parts = self.uploads[upload]
        if request.method == "PUT":
            parts[int(request.query["partNumber"])] = body
            return web.Response(headers={"ETag": _etag(body)})
        if request.method == "DELETE":
            del self.uploads[upload]
            return web.Response(status=204)
        named = [found.text for found in ET.fromstring(body).iter() if found.tag.endswith("ETag")]  # noqa: S314
        data = [parts[number] for number in sorted(parts)]
        if named != [_etag(part) for part in data]:
            raise RefusedError(400, "InvalidPart")
        if any(len(part) < _PART for part in data[:-1]):
            raise RefusedError(400, "EntityTooSmall")
        self.objects[key] = b"".join(data)
        del self.uploads[upload]
        etag = escape(_etag(self.objects[key]))
        names = f"<Bucket>{self.bucket}</Bucket><Key>{escape(key)}</Key><ETag>{etag}</ETag>"
        return _xml(f"<CompleteMultipartUploadResult {_NS}>{names}</CompleteMultipartUploadResult>")


def verify(request: web.Request, body: bytes) -> None:
    """Raises `RefusedError` as S3 does. Source: "Signature Calculations for the Authorization Header", Amazon S3 API reference."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme != "AWS4-HMAC-SHA256":
        raise RefusedError(403, "AccessDenied", "Access Denied")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    who, day, region, service, end = fields["Credential"].split("/")
    if who != KEY_ID:
        raise RefusedError(
            403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."
        )
    if (region, service, end) != (REGION, "s3", "aws4_request"):
        raise RefusedError(400, "AuthorizationHeaderMalformed", f"the region {region!r} is wrong; expecting {REGION!r}")
    stamp = request.headers["x-amz-date"]
    at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs(datetime.now(UTC) - at) > timedelta(minutes=15) or not stamp.startswith(day):
        raise RefusedError(403, "RequestTimeTooSkewed")
    digest = request.headers["x-amz-content-sha256"]
    if digest != hashlib.sha256(body).hexdigest():
        raise RefusedError(400, "XAmzContentSHA256Mismatch")
    signed = fields["SignedHeaders"].split(";")
    if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(signed):
        raise RefusedError(403, "AccessDenied", "There were headers present in the request which were not signed")
    headers = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in signed)
    pairs = [part.partition("=") for part in request.rel_url.raw_query_string.split("&") if part]
    query = "&".join(sorted(f"{_encoded(name)}={_encoded(value)}" for name, _, value in pairs))
    path = quote(unquote(request.rel_url.raw_path), safe="/-_.~")
    canonical = "\n".join((request.method, path, query, headers, fields["SignedHeaders"], digest))
    scope = f"{day}/{region}/s3/aws4_request"
    text = "\n".join((scheme, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{SECRET}".encode()
    for step in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    if not hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), fields["Signature"]):
        raise RefusedError(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")


def _encoded(part: str) -> str:
    return quote(unquote_plus(part), safe="-_.~")


def _etag(data: bytes) -> str:
    return f'"{hashlib.md5(data).hexdigest()}"'  # noqa: S324


def _xml(text: str) -> web.Response:
    return web.Response(text=_XML + text, content_type="application/xml")
