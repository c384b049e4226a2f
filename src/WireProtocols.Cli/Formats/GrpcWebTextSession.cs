using System.Buffers;
using WireProtocols.Rpc;

namespace WireProtocols.Cli.Formats;

/// <summary>
/// Takes the base64 off, and gives the bytes to another session. Offsets count the bytes behind the text, except for a violation of the text itself.
/// </summary>
internal sealed class GrpcWebTextSession(FormatRun run, FormatSession inner) : FormatSession(run)
{
    private readonly GrpcWebTextDecoder _decoder = new();
    private readonly byte[] _decoded = new byte[4096];

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        OperationStatus status;
        do
        {
            status = _decoder.Decode(bytes, _decoded, out int consumed, out int written);
            bytes = bytes[consumed..];
            Run.RememberBehind(_decoded.AsSpan(0, written));
            if (!inner.Feed(_decoded.AsSpan(0, written)))
            {
                return false;
            }
        }
        while (status == OperationStatus.DestinationTooSmall);
        return status != OperationStatus.InvalidData || Fail();
    }

    public override void Complete()
    {
        if (_decoder.Complete() == OperationStatus.Done)
        {
            inner.Complete();
        }
        else
        {
            Fail();
        }
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private bool Fail()
    {
        Run.FailCoding(
            _decoder.Error,
            _decoder.Error.GetRule(),
            _decoder.ErrorOffset,
            "text",
            "This offset counts the characters of the text; those of messages count the bytes behind it.");
        return false;
    }
}
