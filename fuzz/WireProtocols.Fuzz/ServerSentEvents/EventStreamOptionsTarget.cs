using System.Buffers;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Fuzz.ServerSentEvents;

/// <summary>The decoder of event streams under its options, and used again.</summary>
public sealed class EventStreamOptionsTarget : OptionsTarget
{
    public override string Name => "event-stream-options";

    public override FuzzFormat Format { get; } = new EventStreamFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.ServerSentEvents";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new EventStreamOptions
        {
            SkipOversized = Bit(options[0], 0),
            RejectUnfinishedEvent = Bit(options[0], 1),
            DispatchUnfinishedEvent = Bit(options[0], 2) && !Bit(options[0], 1),
            ReplaceInvalidUtf8 = !Bit(options[0], 3),
            MaxLineLength = Limit(options[1], EventStreamOptions.MinimumLimit, 64 * 1024),
            MaxEventLength = Limit(options[2], EventStreamOptions.MinimumLimit, 64 * 1024),
            MaxFieldLength = Limit(options[3], EventStreamOptions.MinimumLimit, 8 * 1024),
        });

    private sealed class Subject(EventStreamOptions options, string? lastEventId = null) : IDecoderUnderOptions
    {
        private readonly EventStreamDecoder _decoder = new(options, lastEventId);

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out EventStreamElement element);
            if (status == OperationStatus.Done)
            {
                Add(element, rows);
            }

            return status;
        }

        public void Complete(Transcript rows)
        {
            if (_decoder.TryDecodeLast(out EventStreamElement last))
            {
                Add(last, rows);
            }

            rows.Row(_decoder.Complete() == OperationStatus.Done
                ? $"end {_decoder.Position} {EventStreamRows.Quote(_decoder.LastEventId)}"
                : $"error {_decoder.Error} {_decoder.ErrorOffset}");
        }

        public void Reset() => _decoder.Reset();

        /// <summary>The last event ID outlives a stream: the next one may be asked for with it.</summary>
        public IDecoderUnderOptions CreateHeir() => new Subject(options, _decoder.LastEventId);

        public void Dispose() => _decoder.Dispose();

        /// <summary>The strings, and the bytes as they are handed out; of the ID where it is text, since an heir knows it as that.</summary>
        private void Add(EventStreamElement element, Transcript rows)
            => rows.Row($"{EventStreamRows.Of(element, withOffset: true)} {Convert.ToHexStringLower(element.Data)} "
                + $"{Convert.ToHexStringLower(element.Type)} {(options.ReplaceInvalidUtf8 ? Convert.ToHexStringLower(element.LastEventId) : "")}");
    }
}
