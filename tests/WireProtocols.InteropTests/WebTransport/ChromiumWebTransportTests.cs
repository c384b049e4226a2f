namespace WireProtocols.InteropTests.WebTransport;

/// <summary>Headless Chromium ⇄ QUIC carrier of Node.js ⇄ `wire serve --webtransport`.</summary>
public sealed class ChromiumWebTransportTests(WebTransportFixture server) : ChromiumFacts(server), IClassFixture<WebTransportFixture>;
