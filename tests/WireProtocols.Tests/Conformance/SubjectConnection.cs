using System.Buffers.Binary;
using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>The frames of the subject: reads, checks, answers.</summary>
internal sealed class SubjectConnection(
    Defect defect, NetworkStream stream, SubjectTerms terms, ClientDefect client = ClientDefect.None, byte[]? pongBeforeClose = null) : IDisposable
{
    private const int MaxMessage = 32 * 1024 * 1024;
    private const int MaxFragments = 100_000;
    private const int MaxEmptyFragments = 1000;
    private readonly SubjectDeflate? _deflate = terms.Deflates ? new SubjectDeflate(defect, terms) : null;
    private readonly MemoryStream _message = new();
    private readonly List<byte[]> _heldPongs = [];
    private byte[] _buffer = [.. terms.Behind, .. new byte[16 * 1024]];
    private int _end = terms.Behind.Length;
    private int _start;
    private readonly SubjectKeys _keys = new(client, terms.Nonce);
    private byte[]? _firstKey;
    private int _opcode;
    private bool _isCompressed;
    private int _fragments;
    private int _emptyFragments;
    private int _lastFragment;
    private int _pings;
    private int _messages;
    private bool _isOver;

    /// <summary>Both Close frames have crossed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Hands out what came of a message that is not whole.</summary>
    public Task EchoUnfinishedAsync(CancellationToken stop) => WriteAsync(_opcode, _message.ToArray(), stop);

    public bool HasKilledServer { get; private set; }

    public void Dispose()
    {
        _message.Dispose();
        _deflate?.Dispose();
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!_isOver)
        {
            if (!await TakeFrameAsync(stop))
            {
                return;
            }
        }
    }

    private async Task<bool> TakeFrameAsync(CancellationToken stop)
    {
        if (!await NeedAsync(2, stop))
        {
            return false;
        }

        byte first = _buffer[_start];
        byte second = _buffer[_start + 1];
        int opcode = first & 15;
        bool fin = first >= 0x80;
        int extended = (second & 127) switch { 126 => 2, 127 => 8, _ => 0 };
        if (CheckHeader(first, second) is { } wrong)
        {
            await FailAsync(wrong, stop);
            return true;
        }

        if (!await NeedAsync(2 + extended, stop))
        {
            return false;
        }

        ulong length = ReadLength(second, _buffer.AsSpan(_start + 2, extended));
        if (CheckLength(opcode, extended, ref length) is { } bad)
        {
            await FailAsync(bad, stop);
            return true;
        }

        bool masked = second >= 0x80;
        int header = 2 + extended + (masked ? 4 : 0);
        if (length > int.MaxValue / 2)
        {
            // Without a limit: it waits for what was announced.
            _start = _end;
            while (await stream.ReadAsync(_buffer, stop) > 0)
            {
            }

            return false;
        }

        if (!await NeedAsync(header + (int)length, stop))
        {
            return false;
        }

        byte[] payload = _buffer.AsSpan(_start + header, (int)length).ToArray();
        Unmask(payload, masked && client != ClientDefect.TakesMaskedUnread ? _buffer.AsSpan(_start + header - 4, 4).ToArray() : [0, 0, 0, 0]);
        _start += header + (int)length;
        await (opcode >= 8 ? ControlAsync(opcode, payload, stop) : DataAsync(opcode, (first >> 4) & 7, fin, payload, stop));
        return true;
    }

    private int? CheckHeader(byte first, byte second)
    {
        int opcode = first & 15;
        int rsv = (first >> 4) & 7;
        bool isControl = opcode >= 8;
        int allowed = (_deflate is not null && (opcode is 1 or 2 || (opcode == 0 && defect == Defect.Rsv1OnContinuation)
                || (isControl && defect == Defect.Rsv1OnControl)) ? 4 : 0)
            | (!isControl && opcode != 0 && defect == Defect.Rsv1 ? 4 : 0) | (!isControl && defect == Defect.Rsv2 ? 2 : 0)
            | (!isControl && defect == Defect.Rsv3 ? 1 : 0) | (isControl && defect == Defect.RsvOnControl ? 7 : 0)
            | (opcode == 0 && defect == Defect.RsvOnContinuation ? 7 : 0);
        bool mayBeMasked = client is ClientDefect.TakesMasked or ClientDefect.TakesMaskedUnread
            || (client == ClientDefect.TakesMaskedControl && isControl) || (client == ClientDefect.TakesMaskedEmpty && second == 0x80);
        bool mayBeUnmasked = defect == Defect.Unmasked || (defect == Defect.UnmaskedControl && isControl)
            || (defect == Defect.UnmaskedEmpty && second == 0)
            || (defect == Defect.UnmaskedContinuation && opcode == 0);
        bool isReserved = (opcode is > 2 and < 8 && defect != Defect.ReservedDataOpcodes) || (opcode > 10 && defect != Defect.ReservedControlOpcodes);
        bool mayBegin = opcode is 0 or >= 8 || _opcode == 0 || defect == Defect.MessageInsideMessage;
        bool mayContinue = opcode != 0 || _opcode != 0 || defect == Defect.ContinuationOfNothing;
        return (rsv & ~allowed) != 0 || isReserved || (terms.IsClient ? second >= 0x80 && !mayBeMasked : second < 0x80 && !mayBeUnmasked)
            || (isControl && first < 0x80 && defect != Defect.FragmentedControl)
            || (isControl && (second & 127) > 125 && defect is not (Defect.LongControl or Defect.LongClose or Defect.NonMinimalControl))
            || !mayBegin || !mayContinue ? 1002 : null;
    }

    private ulong ReadLength(byte second, ReadOnlySpan<byte> extended) => extended.Length switch
    {
        2 when defect == Defect.Signed16 => (ulong)Math.Max((short)0, BinaryPrimitives.ReadInt16BigEndian(extended)),
        2 when defect == Defect.Truncates126 => extended[1] == 126 ? 125UL : BinaryPrimitives.ReadUInt16BigEndian(extended),
        2 => BinaryPrimitives.ReadUInt16BigEndian(extended),
        8 when defect == Defect.Length64In16 => BinaryPrimitives.ReadUInt16BigEndian(extended[6..]),
        8 when defect == Defect.TopBitCleared => BinaryPrimitives.ReadUInt64BigEndian(extended) & long.MaxValue,
        8 => BinaryPrimitives.ReadUInt64BigEndian(extended),
        _ => (ulong)(second & 127),
    };

    private int? CheckLength(int opcode, int extended, ref ulong length)
    {
        bool isShort = (extended == 2 && length < 126) || (extended == 8 && length < 65536);
        bool mayBeShort = (defect == Defect.NonMinimal16 && extended == 2) || (defect == Defect.NonMinimal64 && extended == 8)
            || (defect == Defect.NonMinimalControl && opcode >= 8) || (defect == Defect.NonMinimalContinuation && opcode == 0)
            || defect is Defect.Signed16 or Defect.Length64In16 or Defect.Truncates126;
        return isShort && !mayBeShort ? 1002
            : opcode >= 8 && length > 125 && defect is not (Defect.LongControl or Defect.LongClose) ? 1002
            : length > long.MaxValue ? 1002
            : length + (ulong)_message.Length > MaxMessage && defect is not (Defect.NoMessageLimit or Defect.NoAnnouncedLimit) ? 1009
            : length + (ulong)_message.Length > MaxMessage && length < 1UL << 31 && defect == Defect.NoAnnouncedLimit ? 1009
            : null;
    }

    private void Unmask(byte[] payload, byte[] key)
    {
        _firstKey ??= key;
        byte[] used = defect == Defect.KeyOfFirstFrame ? _firstKey : key;
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] ^= used[(defect == Defect.MaskRestartsAt4096 ? i % 4097 : i) & 3];
        }
    }

    private async Task ControlAsync(int opcode, byte[] payload, CancellationToken stop)
    {
        switch (opcode)
        {
            case 8:
                await CloseAsync(payload, stop);
                break;
            case 9:
                await PingAsync(payload, stop);
                break;
            case 10 when defect == Defect.AnswersPong:
                await WriteAsync(10, payload, stop);
                break;
            case 10 when defect == Defect.PongIsMessage:
                await WriteAsync(1, payload, stop);
                break;
        }
    }

    private async Task PingAsync(byte[] payload, CancellationToken stop)
    {
        if (defect == Defect.DiesOfPings && ++_pings > 10_000)
        {
            HasKilledServer = true;
            _isOver = true;
            return;
        }

        if (defect == Defect.PingBreaksMessage)
        {
            _message.SetLength(0);
        }

        if (defect == Defect.PongAfterMessage && _opcode != 0)
        {
            _heldPongs.Add(payload);
        }
        else if (defect != Defect.NoPong)
        {
            await WriteAsync(10, defect == Defect.EmptyPong ? [] : defect == Defect.ShortPong ? [.. payload.Take(64)] : payload, stop);
        }
    }

    private async Task CloseAsync(byte[] payload, CancellationToken stop)
    {
        int code = payload.Length >= 2 ? (payload[0] << 8) | payload[1] : 0;
        bool isCode = payload.Length == 0 || code is >= 3000 and <= 4999 or >= 1000 and <= 1003 or >= 1007 and <= 1014
            || defect == Defect.AnyCloseCode || (defect == Defect.CodesBelow1000 && code < 1000)
                || (defect == Defect.ReservedCodes && code is > 1015 and < 3000);
        if (payload.Length == 1 && defect == Defect.OneByteClose)
        {
            code = 1000;
            payload = [];
            isCode = true;
        }

        if (!isCode || (defect == Defect.RefusesPrivateCodes && code >= 3000))
        {
            await FailAsync(1002, stop);
            return;
        }

        if (payload.Length > 2 && !SubjectText.IsText(payload.AsSpan(2), Defect.None) && defect != Defect.AnyReason)
        {
            await FailAsync(1007, stop);
            return;
        }

        if (defect == Defect.ClosesAfterMessage && _opcode != 0)
        {
            return;
        }

        if (pongBeforeClose is not null)
        {
            await WriteAsync(10, pongBeforeClose, stop);
        }

        if (defect != Defect.NoCloseAnswer)
        {
            byte[] answer = [.. payload.Take(defect == Defect.AnyReason ? 2 : 125)];
            await WriteAsync(8, answer, stop);
            if (defect == Defect.ClosesTwice)
            {
                await WriteAsync(8, answer, stop);
            }
        }

        IsClosed = true;
        _isOver = defect is not (Defect.EchoAfterClose or Defect.PongAfterClose or Defect.StaysOpen);
        if (defect == Defect.StaysOpen)
        {
            while (await stream.ReadAsync(_buffer, stop) > 0)
            {
            }
        }
    }

    private async Task DataAsync(int opcode, int rsv, bool fin, byte[] payload, CancellationToken stop)
    {
        if (opcode != 0)
        {
            _opcode = opcode;
            _isCompressed = (rsv & 4) != 0 && _deflate is not null;
            _message.SetLength(0);
            (_fragments, _emptyFragments) = (0, 0);
        }
        else if (_opcode == 0)
        {
            _opcode = 1;
        }

        _fragments++;
        _emptyFragments += payload.Length == 0 ? 1 : 0;
        if (_message.Length + payload.Length > MaxMessage && defect != Defect.NoMessageLimit)
        {
            await FailAsync(1009, stop);
            return;
        }

        if ((_fragments > MaxFragments && defect != Defect.NoFragmentLimit)
            || (_emptyFragments > MaxEmptyFragments && defect != Defect.NoEmptyFragmentLimit)
            || (defect == Defect.EmptyFragmentFails && opcode == 0 && payload.Length == 0))
        {
            await FailAsync(1008, stop);
            return;
        }

        if (defect == Defect.FragmentsAreMessages)
        {
            fin = true;
        }

        bool isLost = (defect == Defect.LosesLastFragment && fin && opcode == 0) || (defect == Defect.LosesFirstFragment && !fin && opcode != 0);
        _lastFragment = payload.Length;
        _message.Write(isLost ? [] : payload);
        if (_opcode == 1 && !_isCompressed && !SubjectText.MayBegin(fin ? _message.ToArray() : [], payload, fin, defect))
        {
            await FailAsync(defect == Defect.WrongTextCode ? 1002 : 1007, stop);
            return;
        }

        if (fin)
        {
            await FinishAsync(opcode, stop);
        }
    }

    private async Task FinishAsync(int lastOpcode, CancellationToken stop)
    {
        byte[] message = _message.ToArray();
        int type = defect == Defect.TypeOfLastFrame && lastOpcode == 0 ? 1 : _opcode > 2 ? 2 : _opcode;
        _opcode = 0;
        _message.SetLength(0);
        if (defect == Defect.FragmentsAreMessages)
        {
            _opcode = 0;
        }

        if (_isCompressed || (defect == Defect.TakesPlainForCompressed && _deflate is not null))
        {
            int? wrong = _deflate!.TryInflate(message, MaxMessage, _lastFragment, out message);
            if (wrong is null && type == 1 && !SubjectText.IsText(message, Defect.None) && defect != Defect.NoUtf8BehindInflater)
            {
                wrong = 1007;
            }

            if (wrong is { } code)
            {
                await FailAsync(code, stop);
                return;
            }
        }

        message = type == 1 ? SubjectText.Change(message, defect) : message;
        if (type == 2 && defect == Defect.BinaryChecked && !SubjectText.IsText(message, Defect.None))
        {
            await FailAsync(1007, stop);
            return;
        }

        await AnswerAsync(type, message, stop);
        foreach (byte[] pong in _heldPongs)
        {
            await WriteAsync(10, pong, stop);
        }

        _heldPongs.Clear();
    }

    private async Task AnswerAsync(int type, byte[] message, CancellationToken stop)
    {
        if ((defect == Defect.DropsEmptyMessages && message.Length == 0) || (defect == Defect.LosesEvery100th && ++_messages % 100 == 0))
        {
            return;
        }

        type = defect switch
        {
            Defect.AnswersAlwaysText when SubjectText.IsText(message, Defect.None) => 1,
            Defect.AnswersAlwaysBinary => 2,
            _
            => type
        };
        if (_deflate?.TryDeflate(message, out byte[] compressed) == true)
        {
            await WriteAsync(type, compressed, stop, rsv: defect == Defect.NoRsv1OnCompressed ? 0 : 4);
        }
        else if (defect == Defect.AnswersInTexts && message.Length > 200)
        {
            await WriteAsync(type, message[..100], stop, fin: false);
            await WriteAsync(type, message[100..], stop);
        }
        else
        {
            await WriteAsync(type, message, stop, rsv: defect == Defect.AnswersWithRsv ? 2 : 0);
        }
    }

    private async Task FailAsync(int code, CancellationToken stop)
    {
        _isOver = defect != Defect.GoesOnAfterFailing;
        byte[] payload = defect switch
        {
            Defect.Closes1006 => [0x03, 0xEE],
            Defect.ClosesWithOneByte => [3],
            Defect.FailsWith1000 => [0x03, 0xE8],
            _ => [(byte)(code >> 8), (byte)code],
        };
        if (defect != Defect.FailsWithoutClose)
        {
            await WriteAsync(8, payload, stop);
        }

        if (defect == Defect.GoesOnAfterFailing)
        {
            _start = _end;
            _opcode = 0;
        }
    }

    private async Task WriteAsync(int opcode, byte[] payload, CancellationToken stop, int rsv = 0, bool fin = true)
    {
        List<byte> frame = [(byte)((fin ? 0x80 : 0) | (rsv << 4) | opcode)];
        int mask = defect == Defect.MasksAnswers || (terms.IsClient && _keys.Masks(opcode, payload)) ? 0x80 : 0;
        if (payload.Length > 65535)
        {
            byte[] number = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(number, (ulong)payload.Length);
            frame.AddRange([(byte)(mask | 127), .. number]);
        }
        else if (payload.Length > 125 || (defect == Defect.AnswersNonMinimal && opcode < 8))
        {
            frame.AddRange([(byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length]);
        }
        else
        {
            frame.Add((byte)(mask | payload.Length));
        }

        byte[] key = mask == 0 ? [] : terms.IsClient ? _keys.Next(opcode) : [0, 0, 0, 0];
        byte[] masked = mask == 0 ? payload : [.. payload.Select((b, i) => (byte)(b ^ key[_keys.IndexOf(i)]))];
        await stream.WriteAsync((byte[])[.. frame, .. key, .. masked], stop);
    }

    private async Task<bool> NeedAsync(int count, CancellationToken stop)
    {
        if (_start > 0 && _end - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count)
        {
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, count));
            }

            int read = await stream.ReadAsync(_buffer.AsMemory(_end), stop);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
