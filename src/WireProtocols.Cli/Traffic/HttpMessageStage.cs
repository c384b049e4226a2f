using System.Buffers;
using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Traffic;

/// <summary>The messages of one direction of HTTP/1.1, one after the other: a head, its body, the next head.</summary>
internal abstract class HttpMessageStage(FormatRun run, TrafficSettings settings) : TrafficStage
{
    private HttpBody? _body;
    private long _position;
    private long _headStart = -1;

    protected FormatRun Run { get; } = run;

    protected TrafficSettings Settings { get; } = settings;

    /// <summary>Where the bytes stand that are to be fed next.</summary>
    protected long Position => _position;

    public override int Feed(ReadOnlySpan<byte> bytes)
    {
        if (_body is not null)
        {
            int taken = _body.Feed(bytes);
            _position += taken;
            EndBody();
            return taken;
        }

        if (_headStart < 0)
        {
            if (BeginHead(bytes[0]) is { } other)
            {
                Next = other;
                return 0;
            }

            _headStart = _position;
        }

        return FeedHead(bytes);
    }

    public override void Pause() => _body?.Pause();

    public override void Complete()
    {
        if (_body is not null)
        {
            _body.Complete();
        }
        else if (_headStart >= 0 && CompleteHead() == OperationStatus.InvalidData)
        {
            Fail(_headStart);
        }
    }

    /// <summary>The next message begins.</summary>
    /// <returns>Null, or what the connection carries from here on instead.</returns>
    protected abstract TrafficStage? BeginHead(byte first);

    /// <summary>Takes in bytes of a head, and shows it when it is whole.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="end">Where the bytes behind the head stand, when it is whole.</param>
    /// <param name="consumed">How many bytes were taken.</param>
    /// <param name="body">What follows the head, when it is whole; null for the next head.</param>
    /// <param name="next">What follows the head instead of messages, when it is whole.</param>
    protected abstract OperationStatus DecodeHead(
        ReadOnlySpan<byte> bytes, long end, out int consumed, out HttpBody? body, out TrafficStage? next);

    /// <summary>The input ends inside a head.</summary>
    protected abstract OperationStatus CompleteHead();

    /// <summary>Tells what rule the head breaks.</summary>
    protected abstract void Fail(long headStart);

    protected override void Dispose(bool disposing)
    {
        _body?.Dispose();
        base.Dispose(disposing);
    }

    private int FeedHead(ReadOnlySpan<byte> bytes)
    {
        OperationStatus status = DecodeHead(bytes, _position, out int consumed, out HttpBody? body, out TrafficStage? next);
        if (status == OperationStatus.InvalidData)
        {
            Fail(_headStart);
            Next = new OpaqueStage(Run.Within(_position));
            return 0;
        }

        _position += consumed;
        if (status == OperationStatus.Done)
        {
            _headStart = -1;
            (_body, Next) = (body, next);
            EndBody();
        }

        return consumed;
    }

    private void EndBody()
    {
        if (_body is not { IsComplete: true } body)
        {
            return;
        }

        _body = null;
        body.Dispose();
        if (body.HasFailed)
        {
            Next = new OpaqueStage(Run.Within(_position));
        }
    }
}
