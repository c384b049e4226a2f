using System.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>Sends capsules of sessions, each call in one DATA frame on the session's CONNECT stream. Where that is over, nothing is sent.</summary>
internal sealed class SessionCapsules
{
    private readonly StreamTable _streams;
    private readonly ArrayBufferWriter<byte> _capsules = new();
    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly CapsuleWriter _writer;

    public SessionCapsules(StreamTable streams)
    {
        _streams = streams;
        _writer = new CapsuleWriter(_capsules);
    }

    /// <summary>Sends the limits that have risen, where there is flow control.</summary>
    public void GiveCredit(SessionState session)
    {
        if (session.Credit.IsGiven && session.IsOpen)
        {
            session.Credit.WriteRisen(_writer);
            Flush(session, endStream: false);
        }
    }

    public void SendDataBlocked(SessionState session)
    {
        session.Credit.WriteDataBlocked(_writer);
        Flush(session, endStream: false);
    }

    public void SendStreamsBlocked(SessionState session, WebTransportStreamDirection direction)
    {
        session.Credit.WriteStreamsBlocked(direction, _writer);
        Flush(session, endStream: false);
    }

    public void SendDrain(SessionState session)
    {
        _writer.WriteDrain();
        Flush(session, endStream: false);
    }

    /// <summary>
    /// Sends WT_CLOSE_SESSION. "An endpoint that sends a WT_CLOSE_SESSION capsule MUST immediately send a FIN on the CONNECT Stream"
    /// (draft-ietf-webtrans-http3 §6).
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="code">The application's error code.</param>
    /// <param name="reason">The message; it is cut to 1024 bytes of UTF-8 at a character boundary.</param>
    public void SendClose(SessionState session, uint code, string reason)
    {
        Span<byte> utf8 = stackalloc byte[CapsuleEncoder.MaxReasonLength];
        int length = CapsuleEncoder.TruncateReason(reason, utf8);
        CapsuleEncoder.EncodeClose(code, utf8[..length], _capsules.GetSpan(CapsuleHeader.MaxSize + sizeof(uint) + length), out int written);
        _capsules.Advance(written);
        Flush(session, endStream: true);
    }

    /// <summary>Finishes the CONNECT stream in answer to the peer's close.</summary>
    public void SendEnd(SessionState session) => Flush(session, endStream: true);

    private void Flush(SessionState session, bool endStream)
    {
        if ((_capsules.WrittenCount > 0 || endStream) && _streams.Find(session.Id) is { IsSendDone: false } stream)
        {
            _frame.ResetWrittenCount();
            if (_capsules.WrittenCount > 0)
            {
                Http3FrameEncoder.Write(Http3FrameType.Data, _capsules.WrittenSpan, _frame);
            }

            _streams.Send(stream, _frame.WrittenSpan, endStream);
        }

        _capsules.ResetWrittenCount();
    }
}
