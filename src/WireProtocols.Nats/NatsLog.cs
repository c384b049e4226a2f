using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using WireProtocols.Backplane;

namespace WireProtocols.Nats;

/// <summary>
/// The stream that holds the logs of all topics. A position is a sequence number of the stream; its epoch stands in the description of the stream,
/// so that one that was made anew, or has lost its end, is another one.
/// </summary>
internal sealed class NatsLog(NatsJSContext jetStream, NatsSubjects subjects, NatsBackplaneOptions options)
{
    private const int NotFound = 404;
    private const int MaxPageBytes = 1024 * 1024;
    private const string EpochIs = "Topics of a WireProtocols backplane; epoch ";

    /// <summary>The server refuses a second message of one ID for this long; nodes themselves do so for ever.</summary>
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromMinutes(2);

    private ulong _epoch;

    /// <summary>The epoch as it was when the stream was last looked at.</summary>
    public ulong Epoch => Volatile.Read(ref _epoch);

    /// <summary>Looks at the stream, and makes it where there is none.</summary>
    public async ValueTask<INatsJSStream> OpenAsync(CancellationToken cancellationToken)
    {
        INatsJSStream stream;
        try
        {
            stream = await jetStream.GetStreamAsync(options.Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException exception) when (exception.Error.Code == NotFound)
        {
            stream = await jetStream.CreateStreamAsync(CreateConfig(), cancellationToken).ConfigureAwait(false);
        }

        if (!TryParseEpoch(stream.Info.Config.Description, out ulong epoch))
        {
            return await BeginEpochAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        Volatile.Write(ref _epoch, epoch);
        return stream;
    }

    public async ValueTask<BackplanePosition> AppendAsync(string topic, BackplaneBatch batch, CancellationToken cancellationToken)
    {
        // One after the other: a message that comes behind a later one of its publisher is taken for one that comes again.
        string subject = subjects.LogOf(topic);
        long number = batch.FirstNumber;
        ulong reached = 0;
        foreach (ReadOnlyMemory<byte> record in batch.Records)
        {
            NatsJSPubOpts once = new() { MsgId = string.Create(CultureInfo.InvariantCulture, $"{batch.Publisher:x}-{number++}") };
            PubAckResponse answer
                = await jetStream.PublishAsync(subject, record, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, once, null, cancellationToken)
                    .ConfigureAwait(false);
            if (!answer.Duplicate)
            {
                answer.EnsureSuccess();
            }

            reached = answer.Seq;
        }

        return new BackplanePosition(Epoch, (long)reached);
    }

    public async ValueTask<BackplanePage> ReadAsync(string topic, BackplanePosition after, int maxEntries, CancellationToken cancellationToken)
    {
        // What is asked for afterwards includes all that the stream says here.
        INatsJSStream stream = await OpenAsync(cancellationToken).ConfigureAwait(false);
        long newest = (long)stream.Info.State.LastSeq;
        if (after.Epoch == Epoch && after.Sequence > newest)
        {
            stream = await BeginEpochAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        ulong epoch = Epoch;
        bool isOther = after.Epoch != epoch;
        long from = isOther ? 0 : after.Sequence;
        bool isGone = isOther ? !after.IsNone : from + 1 < (long)stream.Info.State.FirstSeq;
        List<BackplaneEntry> entries = [];
        long newestOfTopic = maxEntries > 0 ? await FindNewestAsync(stream, subjects.LogOf(topic), cancellationToken).ConfigureAwait(false) : 0;
        if (newestOfTopic > from)
        {
            ulong pending = await FetchAsync(subjects.LogOf(topic), new BackplanePosition(epoch, from), maxEntries, entries, cancellationToken)
                .ConfigureAwait(false);

            // Where as many are there as are retained, there may have been more.
            isGone |= !isOther && from > 0 && pending >= (ulong)options.MaxMessages;
        }

        // What a server has not got yet that holds a copy of the stream must not be passed over: it is read the next time.
        bool isBehind = entries.Count == 0 && newestOfTopic > from;
        long head = isBehind ? from : Math.Max(newest, entries.Count > 0 ? entries[^1].Position.Sequence : from);
        return new BackplanePage(entries, new BackplanePosition(epoch, head), isGone);
    }

    /// <summary>Asks the leader of the stream, since another server may be behind it.</summary>
    /// <returns>The newest sequence number of a subject; 0 where there is none.</returns>
    private static async ValueTask<long> FindNewestAsync(INatsJSStream stream, string subject, CancellationToken cancellationToken)
    {
        try
        {
            StreamMsgGetRequest newest = new() { LastBySubj = subject };
            return (long)(await stream.GetAsync(newest, cancellationToken).ConfigureAwait(false)).Message.Seq;
        }
        catch (NatsJSApiException exception) when (exception.Error.Code == NotFound)
        {
            return 0;
        }
    }

    /// <returns>How many there were to be read.</returns>
    private async ValueTask<ulong> FetchAsync(
        string subject, BackplanePosition after, int maxEntries, List<BackplaneEntry> entries, CancellationToken cancellationToken)
    {
        ConsumerConfig config = new()
        {
            // Servers of version 2.9 take a part of the filter for the name where there is none.
            Name = RandomNumberGenerator.GetHexString(16),
            FilterSubject = subject,
            DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence,
            OptStartSeq = (ulong)after.Sequence + 1,
            AckPolicy = ConsumerConfigAckPolicy.None,
            InactiveThreshold = TimeSpan.FromSeconds(30),
            MemStorage = true,
            NumReplicas = 1,
        };
        INatsJSConsumer consumer = await jetStream.CreateOrUpdateConsumerAsync(options.Stream, config, cancellationToken).ConfigureAwait(false);
        ulong pending = consumer.Info.NumPending;
        NatsJSFetchOpts fetch = new() { MaxMsgs = (int)Math.Min((ulong)maxEntries, Math.Max(pending, 1)), Expires = TimeSpan.FromSeconds(2) };
        int bytes = 0;
        BackplanePosition previous = after;
        await foreach (INatsJSMsg<byte[]> message
            in consumer.FetchNoWaitAsync<byte[]>(fetch, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            BackplanePosition position = after with { Sequence = (long)message.Metadata!.Value.Sequence.Stream };
            entries.Add(new BackplaneEntry(position, previous, message.Data ?? []));
            previous = position;
            bytes += message.Data?.Length ?? 0;
            if (bytes > MaxPageBytes)
            {
                break;
            }
        }

        await jetStream.DeleteConsumerAsync(options.Stream, consumer.Info.Name, cancellationToken).ConfigureAwait(false);
        return pending;
    }

    /// <summary>The number in a field of a message's head; 0 where there is none.</summary>
    public static long NumberOf(NatsHeaders? headers, string name)
        => headers is not null && headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values)
            && long.TryParse(values[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : 0;

    private static bool TryParseEpoch(string? description, out ulong epoch)
    {
        epoch = 0;
        return description?.StartsWith(EpochIs, StringComparison.Ordinal) == true
            && ulong.TryParse(description.AsSpan(EpochIs.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out epoch)
            && epoch != 0;
    }

    private static ulong NewEpoch() => BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private static string Describe(ulong epoch) => string.Create(CultureInfo.InvariantCulture, $"{EpochIs}{epoch:x}");

    private async ValueTask<INatsJSStream> BeginEpochAsync(INatsJSStream stream, CancellationToken cancellationToken)
    {
        ulong epoch = NewEpoch();
        StreamConfig config = stream.Info.Config;
        config.Description = Describe(epoch);
        INatsJSStream updated = await jetStream.UpdateStreamAsync(config, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _epoch, epoch);
        return updated;
    }

    private StreamConfig CreateConfig() => new(options.Stream, [subjects.Logs])
    {
        Description = Describe(NewEpoch()),
        Retention = StreamConfigRetention.Limits,
        Discard = StreamConfigDiscard.Old,
        MaxMsgsPerSubject = options.MaxMessages,
        MaxBytes = options.MaxBytes,
        MaxAge = options.MaxAge,
        Storage = options.Storage,
        NumReplicas = options.Replicas,
        AllowDirect = true,
        DuplicateWindow = options.MaxAge < DuplicateWindow ? options.MaxAge : DuplicateWindow,
        Republish = new Republish { Src = subjects.Logs, Dest = subjects.News },
    };
}
