using System.Buffers;
using WireProtocols.Cli.View;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows capsules, those of unknown types included.</summary>
internal sealed class CapsuleSession(FormatRun run, CapsuleOptions options) : ElementSession<CapsulePart>(run)
{
    private static readonly ProtocolRule TooLarge = new("A capsule stays within the limit", "RFC 9297 §3.5");

    private readonly CapsuleDecoder _decoder = new(options);
    private readonly PayloadCollector _payload = run.CreateCollector();
    private readonly CapsulePrinter _printer = new(run, options.Dialect);
    private int _streamIdLength;
    private bool _dropped;

    protected override OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out CapsulePart element)
        => _decoder.Decode(source, out consumed, out element);

    protected override OperationStatus CompleteInput() => _decoder.Complete();

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }

    protected override bool Accept(scoped in CapsulePart capsule)
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

    protected override void Fail() => WebTransportViolations.Report(Run, _decoder.Error, _decoder.ErrorOffset);
}
