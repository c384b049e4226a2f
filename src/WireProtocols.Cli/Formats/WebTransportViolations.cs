using System.Text.Json;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Formats;

/// <summary>How the formats of WebTransport tell a violation: with the code that an endpoint sends, and what that ends.</summary>
internal static class WebTransportViolations
{
    public static void Report(FormatRun run, WebTransportProtocolError error, long offset)
        => run.Fail(error, error.GetRule(), offset, row => Write(row, error));

    private static void Write(Utf8JsonWriter row, WebTransportProtocolError error)
    {
        row.WriteNumber("errorCode"u8, error.GetErrorCode());
        row.WriteString("errorName"u8, WebTransportErrorCode.GetName(error.GetErrorCode()));
        row.WriteString("scope"u8, error.GetScope() switch
        {
            WebTransportErrorScope.Stream => "stream",
            WebTransportErrorScope.Session => "session",
            _ => "connection",
        });
    }
}
