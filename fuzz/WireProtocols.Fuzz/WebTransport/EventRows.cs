using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>Events as rows of text. Data of one stream in a row is one row, since a split is all that may cut it.</summary>
public sealed class EventRows
{
    private readonly List<string> _rows = [];
    private readonly List<byte> _data = [];
    private long _dataStream = -1;

    public IReadOnlyList<string> Rows
    {
        get
        {
            Flush();
            return _rows;
        }
    }

    public void Add(in WebTransportEvent item)
    {
        if (item.Kind == WebTransportEventKind.StreamData)
        {
            if (item.StreamId != _dataStream)
            {
                Flush();
                _dataStream = item.StreamId;
            }

            _data.AddRange(item.Data.Span);
            return;
        }

        Flush();
        _rows.Add(Describe(item));
    }

    private static string Describe(in WebTransportEvent item)
    {
        string code = item.Code is { } application ? $"{application}" : item.ErrorCode == 0 ? "-" : $"0x{item.ErrorCode:x}";
        return item.Kind switch
        {
            WebTransportEventKind.Ready => item.Error == WebTransportProtocolError.None ? "ready" : $"ready {item.Error}",
            WebTransportEventKind.SessionRequested => $"requested {item.Session!.Id} {item.Session.Request.Authority} {item.Session.Request.Path}"
                + string.Concat(item.Session.Request.AvailableProtocols.Select(p => $" [{p}]")),
            WebTransportEventKind.SessionOpened => $"opened {item.Session!.Id}",
            WebTransportEventKind.SessionRejected => $"rejected {item.Session!.Id} {item.Status}",
            WebTransportEventKind.SessionDraining => $"draining {item.Session!.Id}",
            WebTransportEventKind.SessionClosed => item.Error != WebTransportProtocolError.None
                ? $"closed {item.Session!.Id} {item.Error}" : $"closed {item.Session!.Id} {code} '{item.Reason}'",
            WebTransportEventKind.StreamOpened => $"stream {item.Session!.Id} {item.StreamId} {item.Direction}",
            WebTransportEventKind.StreamFinished => $"finished {item.StreamId}",
            WebTransportEventKind.StreamReset => $"reset {item.StreamId} {code}",
            WebTransportEventKind.StreamStopped => $"stopped {item.StreamId} {code}",
            WebTransportEventKind.Datagram => $"datagram {item.Session!.Id} {Convert.ToHexStringLower(item.Data.Span)}",
            WebTransportEventKind.LimitsRaised => $"limits {item.Session!.Id}",
            WebTransportEventKind.GoAway => "goaway",
            WebTransportEventKind.Violation => $"violation {item.Error} 0x{item.ErrorCode:x} {item.Scope} {item.StreamId}",
            WebTransportEventKind.ConnectionClosed => $"over 0x{item.ErrorCode:x}",
            _ => $"{item.Kind}",
        };
    }

    private void Flush()
    {
        if (_dataStream >= 0)
        {
            _rows.Add($"data {_dataStream} {Convert.ToHexStringLower([.. _data])}");
            _data.Clear();
            _dataStream = -1;
        }
    }
}
