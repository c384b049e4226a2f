namespace WireProtocols.Differential;

/// <summary>An implementation in this process.</summary>
public abstract class Peer : IAsyncDisposable
{
    /// <summary>Its name on the page.</summary>
    public abstract string Name { get; }

    /// <summary>Its version.</summary>
    public virtual string Version => Environment.Version.ToString();

    /// <summary>The formats that it reads.</summary>
    public abstract IReadOnlyList<string> Kinds { get; }

    /// <summary>Begins what has to be begun.</summary>
    public virtual Task StartAsync() => Task.CompletedTask;

    /// <summary>Reads an input.</summary>
    public abstract Task<PeerAnswer> AskAsync(PeerQuestion question);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>The answer to a question.</summary>
    protected static PeerAnswer Accept(PeerQuestion question, IReadOnlyList<string> got) => new(question.Kind, question.Id, true, got);

    /// <summary>The answer to a question, with what was handed out before.</summary>
    protected static PeerAnswer Refuse(PeerQuestion question, string why, IReadOnlyList<string>? got = null)
        => new(question.Kind, question.Id, false, got ?? [], why.Split('\n')[0].Trim());
}
