using System.Buffers;
using WireProtocols.Cli.View;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows capsules, those of unknown types included.</summary>
internal sealed class CapsuleSession(FormatRun run, CapsuleOptions options) : FormatSession(run)
{
    private static readonly ProtocolRule TooLarge = new("A capsule stays within the limit", "RFC 9297 §3.5");

    private readonly CapsuleDecoder _decoder = new(options);
    private readonly PayloadCollector _payload = run.CreateCollector();
    private readonly CapsulePrinter _printer = new(run, options.Dialect);
    private int _streamIdLength;
    private bool _dropped;

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            OperationStatus status = _decoder.Decode(bytes, out int consumed, out CapsulePart capsule);
            bytes = bytes[consumed..];
            if (status == OperationStatus.NeedMoreData)
            {
                return true;
            }

            if (status == OperationStatus.InvalidData)
            {
                Report();
                return false;
            }

            if (!Accept(capsule))
            {
                return false;
            }
        }
    }

    public override void Complete()
    {
        if (_decoder.Complete() != OperationStatus.Done)
        {
            Report();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }

    private bool Accept(scoped in CapsulePart capsule)
    {
        if (capsule.IsFirst)
        {
            _payload.Clear();
            _streamIdLength = capsule.IsStreamId ? capsule.Payload.Length : 0;
            _dropped = capsule.Length > Run.MaxElement;
            if (_dropped && capsule.IsKnown)
            {
                Run.Fail("CapsuleTooLarge", TooLarge, capsule.Offset, raise: "--max-element");
                return false;
            }
        }

        // An unknown type is never an error, whatever its length: what is too long to show is passed over.
        if (!_dropped)
        {
            _payload.Append(capsule.Payload);
        }

        if (capsule.IsLast)
        {
            _printer.Print(capsule, _payload.Kept, _streamIdLength, _dropped);
        }

        return true;
    }

    private void Report() => WebTransportViolations.Report(Run, _decoder.Error, _decoder.ErrorOffset);
}
