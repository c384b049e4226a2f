using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>The decoder of chunked bodies under its options, and used again.</summary>
public sealed class ChunkedOptionsTarget : OptionsTarget
{
    public override string Name => "chunked-options";

    public override FuzzFormat Format { get; } = new ChunkFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.Http1";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new ChunkedOptions
        {
            RejectForbiddenTrailers = Bit(options[0], 0),
            AllowBareLineFeed = Bit(options[0], 1),
            AllowWhitespaceAfterSize = Bit(options[0], 2),
            MaxLineLength = Limit(options[1], 16, 4096),
            MaxExtensionBytes = Limit(options[2], 0, 16 * 1024),
            MaxTrailers = Limit(options[3], 0, 100) % 128,
            MaxTrailerBytes = Limit(options[4], 0, 16 * 1024),
            MaxBodyLength = Limit(options[5], 0, 1024 * 1024),
        });

    private sealed class Subject(ChunkedOptions options) : IDecoderUnderOptions
    {
        private readonly ChunkedDecoder _decoder = new(options);
        private bool _hasEnded;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            if (_hasEnded)
            {
                // What follows belongs to the next message.
                consumed = source.Length;
                return OperationStatus.NeedMoreData;
            }

            OperationStatus status = _decoder.Decode(source, out consumed, out ChunkedElement element);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            switch (element.Kind)
            {
                case ChunkedElementKind.Chunk:
                    rows.Row($"chunk {element.Size} '{element.Extensions.ToString()}'");
                    rows.Payload(element.Data);
                    break;
                case ChunkedElementKind.Trailer:
                    string name = Encoding.Latin1.GetString(element.Name);
                    rows.Row($"trailer {name}={Encoding.Latin1.GetString(element.Value)}{(element.IsForbidden ? " forbidden" : "")}");
                    break;
                case ChunkedElementKind.End:
                    _hasEnded = true;
                    rows.Row("end");
                    break;
                default:
                    rows.Payload(element.Data);
                    break;
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(_decoder.Complete() == OperationStatus.Done
                ? $"end {_decoder.Position} {_decoder.BodyLength}"
                : $"error {_decoder.Error} {_decoder.ErrorOffset}");

        public void Reset()
        {
            _hasEnded = false;
            _decoder.Reset();
        }

        public void Dispose() => _decoder.Dispose();
    }
}
