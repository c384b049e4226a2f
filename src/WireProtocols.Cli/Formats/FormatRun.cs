using System.Text.Json;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.View;

namespace WireProtocols.Cli.Formats;

/// <summary>What a session works with: the rows or the view that it prints to, and the way to report a violation.</summary>
internal class FormatRun : IDisposable
{
    private readonly FormatSettings _settings;
    private readonly FormatRun? _parent;
    private readonly History _history;
    private readonly long _start;
    private History? _behind;

    public FormatRun(OutputBuffer output, FormatSettings settings)
        : this(output, settings, null, new History(), 0)
    {
    }

    private FormatRun(OutputBuffer output, FormatSettings settings, FormatRun? parent, History history, long start)
    {
        Output = output;
        _settings = settings;
        _parent = parent;
        _history = history;
        _start = start;
        Rows = new JsonRows(output, settings.Label, start);
        View = new HumanView(output, settings.Colour, settings.MaxPayload, settings.Label, start);
    }

    /// <summary>Where rows and view go.</summary>
    public OutputBuffer Output { get; }

    /// <summary>Called for each message, event or record; null where nobody counts.</summary>
    public Action? Counter { get; set; }

    /// <summary>Print rows to <see cref="Rows"/>; otherwise to <see cref="View"/>.</summary>
    public bool Json => _settings.Json;

    public JsonRows Rows { get; }

    public HumanView View { get; }

    /// <summary>The most bytes of one element (frame, message, line, chunk line, capsule) that may be held; <c>--max-element</c>.</summary>
    public int MaxElement => _settings.MaxElement;

    /// <summary>Whether rows say who sent the bytes.</summary>
    public bool SaysSender => _settings.Label.From is not null;

    /// <summary>The exit status so far.</summary>
    public int Status { get; private set; }

    /// <summary>A run for a part of the input that is decoded by another session; its offsets are told as those of the whole input.</summary>
    /// <param name="start">Where the part begins, from the start of this run's input.</param>
    public FormatRun Within(long start) => new(Output, _settings, this, _history, _start + start) { Counter = Counter };

    /// <summary>A run for bytes behind a coding of the input: offsets count these.</summary>
    public FormatRun Behind() => new(Output, _settings, this, new History(), 0) { Counter = Counter };

    /// <summary>A run for another input of the same verb, for instance the other direction of a connection.</summary>
    public FormatRun Beside(RowLabel label) => new(Output, _settings with { Label = label }, this, new History(), 0);

    /// <summary>What holds as much of a payload as a row or the view shows.</summary>
    public PayloadCollector CreateCollector() => new(Json ? int.MaxValue : View.MaxPayload, MaxElement);

    /// <summary>Reports a violation; everything decoded before it has to be printed already.</summary>
    /// <param name="error">The member of the protocol's error enum.</param>
    /// <param name="rule">The rule that it breaks.</param>
    /// <param name="offset">The offending byte from the start of the input.</param>
    /// <param name="more">Adds properties of the format's own to the row.</param>
    /// <param name="raise">The option that raises the limit, where the error is a limit that was hit.</param>
    /// <param name="remark">What the view says besides.</param>
    public void Fail<TError>(
        TError error, ProtocolRule rule, long offset, Action<Utf8JsonWriter>? more = null, string? raise = null, string? remark = null)
        where TError : struct, Enum
        => Fail(error.ToString(), rule, offset, more, raise, remark);

    /// <inheritdoc cref="Fail{TError}"/>
    /// <param name="code">The name of the error.</param>
    public void Fail(
        string code, ProtocolRule rule, long offset, Action<Utf8JsonWriter>? more = null, string? raise = null, string? remark = null)
        => Fail(code, rule, offset, _behind ?? _history, more, raise, remark);

    /// <summary>Reports a violation of a coding that a session takes off; its offset counts the bytes of the input.</summary>
    /// <param name="error">The member of the protocol's error enum.</param>
    /// <param name="rule">The rule that it breaks.</param>
    /// <param name="offset">The offending byte from the start of the input.</param>
    /// <param name="coding">What the row says that the offset counts.</param>
    /// <param name="remark">What the view says besides.</param>
    public void FailCoding<TError>(TError error, ProtocolRule rule, long offset, string coding, string remark)
        where TError : struct, Enum
        => Fail(error.ToString(), rule, offset, _history, row => row.WriteString("counts"u8, coding), null, remark);

    /// <summary>Takes note of input that is about to be fed, so that a violation can show it.</summary>
    public void Remember(ReadOnlySpan<byte> bytes)
    {
        if (!Json)
        {
            _history.Append(bytes);
        }
    }

    /// <summary>Takes note of the bytes behind a coding of the input. From here on, offsets count these.</summary>
    public void RememberBehind(ReadOnlySpan<byte> bytes)
    {
        if (!Json)
        {
            _behind ??= new History();
            _behind.Append(bytes);
        }
    }

    public void Dispose()
    {
        Rows.Dispose();
        GC.SuppressFinalize(this);
    }

    private void SetStatus(int status)
    {
        Status = status;
        _parent?.SetStatus(status);
    }

    private void Fail(
        string code, ProtocolRule rule, long offset, History history, Action<Utf8JsonWriter>? more, string? raise, string? remark)
    {
        SetStatus(ExitStatus.Violation);
        string message = raise is null ? $"{rule.Text}." : $"{rule.Text}; {raise} raises the limit.";
        if (!Json)
        {
            View.Violation(code, message, rule.Section, offset, history);
            if (remark is not null)
            {
                View.Remark(remark);
            }

            return;
        }

        Utf8JsonWriter row = Rows.Begin("error"u8);
        row.WriteString("code"u8, code);
        Rows.WriteOffset(offset);
        row.WriteString("message"u8, message);
        row.WriteString("spec"u8, rule.Section);
        more?.Invoke(row);
        Rows.End();
    }
}
