using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace WireProtocols.Http1;

/// <summary>
/// What a server's connection and the exchange that is under way share: the transport, the state of both sides, and the heads that are written.
/// </summary>
internal sealed class Http1ServerLink(IDuplexPipe transport, Http1ServerOptions options)
{
    private readonly Http1HeadBuffer _head = new();
    private readonly byte[] _date = new byte["Thu, 01 Jan 1970 00:00:00 GMT".Length];
    private long _dateSecond = -1;

    public IDuplexPipe Transport => transport;

    public Http1ServerOptions Options => options;

    /// <summary>The output, with a limit on how long the peer may read nothing.</summary>
    public PipeWriter Output { get; } = new Http1BoundedOutput(transport, options.SendTimeout, options.TimeProvider);

    /// <summary>The status of the response that has begun, 0 where none has.</summary>
    public int StatusCode { get; private set; }

    /// <summary>Limits of chunked bodies.</summary>
    public ChunkedOptions Chunks { get; } = new() { MaxBodyLength = options.MaxBodyLength };

    public Http1StateTable States { get; } = new();

    /// <summary>Whether the next response says that it is the last one.</summary>
    public bool IsStopping { get; set; }

    /// <summary>A response was cut whose end is the end of the connection: that must not look like its end.</summary>
    public bool IsCutUnseen { get; set; }

    /// <summary>Whether the transport is somebody else's to end.</summary>
    public bool IsHandedOver { get; set; }

    /// <summary>A request has come: nothing has been said to it.</summary>
    public void Begin() => StatusCode = 0;

    /// <summary>Writes a 1xx response other than 101.</summary>
    public void Inform(int statusCode, ReadOnlySpan<(string Name, string Value)> fields)
    {
        Http1HeadWriter head = _head.StartResponse(statusCode);
        Http1HeadBuffer.WriteFields(ref head, fields);
        head.Complete();
        States.Inform();
        _head.WriteTo(Output);
    }

    /// <summary>Writes the head of a final response.</summary>
    /// <param name="request">The request, null where there was none that could be read.</param>
    /// <param name="statusCode">200 to 599.</param>
    /// <param name="framing">How long the body is.</param>
    /// <param name="mayGoOn">Whether another request may follow.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="beginsAsHead">What could not be read began as a HEAD request.</param>
    public Http1BodyWriter Respond(
        OwnedHttp1RequestHead? request, int statusCode, Http1BodyFraming framing, bool mayGoOn, ReadOnlySpan<(string Name, string Value)> fields,
        bool beginsAsHead = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 200);
        if (framing.Kind == Http1BodyKind.Tunnel)
        {
            throw new ArgumentException("A tunnel is no response: the exchange hands the connection over instead.", nameof(framing));
        }

        if (!States.MayRespond)
        {
            throw new InvalidOperationException("The response has begun: it has one head.");
        }

        // "A server MUST NOT send a response containing Transfer-Encoding unless the corresponding request indicates HTTP/1.1 (or later minor
        // revisions)" (RFC 9112 §6.1): such a body goes on until the connection is closed.
        bool hasChunks = framing.Kind == Http1BodyKind.Chunked && request is not null && request.Head.MinorVersion > 0;
        bool isHead = beginsAsHead || (request is not null && request.Head.Method.SequenceEqual("HEAD"u8));
        bool isEmpty = isHead || statusCode is 204 or 304;
        bool hasEnd = isEmpty || hasChunks || framing.Kind is Http1BodyKind.Length or Http1BodyKind.None;
        bool goesOn = mayGoOn && !IsStopping && States.KeepsAlive && hasEnd;
        Http1HeadWriter head = _head.StartResponse(statusCode);
        WriteDate(ref head, fields);
        Http1HeadBuffer.WriteFields(ref head, fields);
        WriteFraming(ref head, statusCode, framing, hasChunks);
        WriteConnection(ref head, !goesOn, Http1HeadBuffer.Contains(fields, "Upgrade"));

        head.Complete();
        States.Respond(goesOn);
        StatusCode = statusCode;
        _head.WriteTo(Output);
        return new Http1BodyWriter(Output, framing.Kind == Http1BodyKind.Chunked && !hasChunks ? Http1BodyFraming.Rest : framing, isEmpty);
    }

    /// <summary>Writes the response that hands the connection over to another protocol.</summary>
    public void Switch(bool isConnect, ReadOnlySpan<(string Name, string Value)> fields)
    {
        Http1HeadWriter head = _head.StartResponse(isConnect ? 200 : 101);
        WriteDate(ref head, fields);
        if (!isConnect)
        {
            head.WriteField("Connection"u8, "Upgrade"u8);
        }

        Http1HeadBuffer.WriteFields(ref head, fields);
        head.Complete();
        States.Switch();
        StatusCode = isConnect ? 200 : 101;
        _head.WriteTo(Output);
    }

    /// <summary>Answers, once, with what is wrong, and closes the connection behind it.</summary>
    /// <returns>False when a response has begun already: then nothing more can be said.</returns>
    public async ValueTask<bool> RefuseAsync(
        OwnedHttp1RequestHead? request, int statusCode, string text, CancellationToken cancellationToken, bool beginsAsHead = false)
    {
        if (!States.MayRespond)
        {
            return false;
        }

        byte[] body = Encoding.UTF8.GetBytes(text + "\n");
        Http1BodyWriter writer = Respond(
            request, statusCode, Http1BodyFraming.OfLength(body.Length), mayGoOn: false,
            [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")], beginsAsHead);
        writer.Write(body);
        writer.Complete();
        States.EndResponse();
        try
        {
            await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // The peer is gone, or does not read: there is nobody to be told.
            States.Fail();
        }

        return true;
    }

    /// <summary>"A sender of Upgrade MUST also send an "Upgrade" connection option in the Connection header field" (RFC 9110 §7.8).</summary>
    private static void WriteConnection(ref Http1HeadWriter head, bool closes, bool offersUpgrade)
    {
        if (closes || offersUpgrade)
        {
            head.WriteField("Connection"u8, !offersUpgrade ? "close"u8 : closes ? "Upgrade, close"u8 : "Upgrade"u8);
        }
    }

    private static void WriteFraming(ref Http1HeadWriter head, int statusCode, Http1BodyFraming framing, bool hasChunks)
    {
        // "A server MUST NOT send a Transfer-Encoding header field in any response with a status code of 1xx (Informational) or 204 (No
        // Content)" (RFC 9112 §6.1), nor a Content-Length (RFC 9110 §8.6).
        if (statusCode == 204)
        {
            return;
        }

        switch (framing.Kind)
        {
            case Http1BodyKind.Chunked when hasChunks:
                head.WriteField("Transfer-Encoding"u8, "chunked"u8);
                break;
            case Http1BodyKind.Length:
                head.WriteField("Content-Length"u8, framing.Length);
                break;
            case Http1BodyKind.None when statusCode != 304:
                head.WriteField("Content-Length"u8, "0"u8);
                break;
        }
    }

    /// <summary>"An origin server with a clock MUST generate a Date header field" (RFC 9110 §6.6.1). It changes once a second.</summary>
    private void WriteDate(ref Http1HeadWriter head, ReadOnlySpan<(string Name, string Value)> fields)
    {
        if (Http1HeadBuffer.Contains(fields, "Date"))
        {
            return;
        }

        DateTimeOffset now = options.TimeProvider.GetUtcNow();
        long second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second != _dateSecond)
        {
            _dateSecond = second;
            now.TryFormat(_date, out _, "r", CultureInfo.InvariantCulture);
        }

        head.WriteField("Date"u8, _date);
    }
}
