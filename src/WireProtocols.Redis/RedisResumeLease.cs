using System.Diagnostics.CodeAnalysis;
using System.Text;
using StackExchange.Redis;
using WireProtocols.Resume;

namespace WireProtocols.Redis;

/// <summary>A node's hold on a session in Redis.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer, and two may lose the lease at once.")]
internal sealed class RedisResumeLease : IResumeLease
{
    private const int IsHeld = 0, IsElsewhere = 1;

    private readonly RedisResumeScript _script;
    private readonly Action<RedisResumeLease> _left;
    private readonly CancellationTokenSource _lost = new();

    public RedisResumeLease(ResumeSessionId id, long generation, RedisResumeScript script, Action<RedisResumeLease> left)
    {
        Id = id;
        Name = RedisResumeScript.NameOf(id);
        Generation = generation;
        _script = script;
        _left = left;
    }

    public ResumeSessionId Id { get; }

    /// <summary>The session's name in Redis.</summary>
    public string Name { get; }

    /// <summary>The number of this lease among those of the session.</summary>
    public long Generation { get; }

    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether the session has a connection here.</summary>
    public bool IsConnected { get; private set; }

    public async ValueTask<(long Received, ResumeGoneReason Gone)> ResumeAsync(long peerReceived, CancellationToken cancellationToken)
    {
        RedisResult[] result = await RunAsync("resume", cancellationToken, peerReceived).ConfigureAwait(false);
        return (int)result[0] switch
        {
            IsHeld => ((long)result[1], (string?)result[2] switch
            {
                "none" => ResumeGoneReason.None,
                "messages" => ResumeGoneReason.Messages,
                _ => ResumeGoneReason.Session,
            }),
            IsElsewhere => ((long)result[1], ResumeGoneReason.TakenOver),
            _ => (0, ResumeGoneReason.Session),
        };
    }

    public async ValueTask<ResumeAcceptance> AcceptAsync(long sequence, CancellationToken cancellationToken)
    {
        RedisResult[] result = await RunAsync("accept", cancellationToken, sequence).ConfigureAwait(false);
        return (int)result[0] != IsHeld ? ResumeAcceptance.Ended : (string?)result[1] switch
        {
            "taken" => ResumeAcceptance.Taken,
            "duplicate" => ResumeAcceptance.Duplicate,
            _ => ResumeAcceptance.Missing,
        };
    }

    public async ValueTask<ResumeAppend> AppendAsync(bool isText, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        byte[] message = new byte[1 + payload.Length];
        message[0] = isText ? (byte)'t' : (byte)'b';
        payload.Span.CopyTo(message.AsSpan(1));
        ResumeSessionOptions bounds = _script.Session;
        RedisValue[] arguments = [message, bounds.MaxPendingMessages, bounds.MaxPendingBytes, bounds.FullPolicy.ToString()];
        RedisResult[] result = await RunAsync("append", cancellationToken, arguments).ConfigureAwait(false);
        return (int)result[0] != IsHeld ? ResumeAppend.Ended : (string?)result[1] switch
        {
            "taken" => ResumeAppend.Taken,
            "full" => ResumeAppend.Full,
            "refused" => ResumeAppend.Refused,
            _ => ResumeAppend.Dropped,
        };
    }

    public async ValueTask<int> ReadAsync(long after, Memory<ResumeMessage> messages, CancellationToken cancellationToken)
    {
        RedisResult[] result = await RunAsync("read", cancellationToken, after, messages.Length).ConfigureAwait(false);
        if ((int)result[0] != IsHeld)
        {
            return 0;
        }

        long before = (long)result[1];
        ArgumentOutOfRangeException.ThrowIfNegative(before, nameof(after));
        RedisResult[] found = (RedisResult[]?)result[2] ?? [];
        for (int i = 0; i < found.Length; i++)
        {
            byte[] message = (byte[]?)found[i] ?? [];
            messages.Span[i] = new ResumeMessage(before + i + 1, message is [(byte)'t', ..], message.AsMemory(1));
        }

        return found.Length;
    }

    public async ValueTask<bool> AcknowledgeAsync(long sequence, CancellationToken cancellationToken)
    {
        RedisResult[] result = await RunAsync("acknowledge", cancellationToken, sequence).ConfigureAwait(false);
        return (int)result[0] != IsHeld || (int)result[1] == 1;
    }

    public async ValueTask<int> CountPendingAsync(CancellationToken cancellationToken)
    {
        RedisResult[] result = await RunAsync("count", cancellationToken).ConfigureAwait(false);
        return (int)result[0] == IsHeld ? (int)result[1] : 0;
    }

    public async ValueTask SetConnectedAsync(bool isConnected, CancellationToken cancellationToken)
    {
        IsConnected = isConnected;
        await RenewAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask EndAsync()
    {
        Lose();
        RedisResult[] result = await RunAsync("end", CancellationToken.None, (byte[])_script.Taken!, Encoding.ASCII.GetBytes(Name))
            .ConfigureAwait(false);
        if ((int)result[0] == IsHeld)
        {
            await _script.ForgetAsync(Name).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps the session for as long again.</summary>
    public async ValueTask RenewAsync(CancellationToken cancellationToken)
    {
        RedisResult[] result = await RunAsync("renew", cancellationToken).ConfigureAwait(false);
        if ((int)result[0] == IsHeld)
        {
            await _script.NoteAsync(Name).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks whether it still holds.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken) => await RunAsync("look", cancellationToken).ConfigureAwait(false);

    /// <summary>Another node has the session, or it is over.</summary>
    public void Lose()
    {
        _left(this);
        _ = _lost.CancelAsync();
    }

    private async Task<RedisResult[]> RunAsync(string operation, CancellationToken cancellationToken, params RedisValue[] arguments)
    {
        RedisResult[] result = await _script.RunAsync(Name, operation, Generation, cancellationToken, arguments).ConfigureAwait(false);
        if ((int)result[0] != IsHeld)
        {
            Lose();
        }

        return result;
    }
}
