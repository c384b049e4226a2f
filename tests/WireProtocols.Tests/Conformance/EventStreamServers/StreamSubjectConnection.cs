using System.Globalization;
using System.Net.Sockets;
using System.Text;
using static WireProtocols.Tests.Conformance.EventStreamServers.StreamDefect;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>One connection of the subject.</summary>
internal sealed class StreamSubjectConnection(StreamSubject subject, StreamDefect defect, Socket socket, Stream stream, bool isEndless)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private readonly List<byte> _buffered = [];

    public async Task RunAsync(TaskCompletionSource? hasHead, CancellationToken stop)
    {
        for (int i = 0; ; i++)
        {
            StreamSubjectRequest? request = await StreamSubjectRequest.ReadAsync(defect, stream, _buffered, stop);
            hasHead?.TrySetResult();
            if (request is null)
            {
                return;
            }

            if (i == 1 && defect == SecondUnanswered)
            {
                await HangAsync(stop);
            }

            if (!await AnswerAsync(request, stop) || defect == ClosesUnsaid)
            {
                break;
            }
        }

        if (defect is CloseNotKept or StaysOpenAfterClose or OldNotClosed)
        {
            await HangAsync(stop);
        }

        // What has not been read would turn the end into a reset.
        socket.Shutdown(SocketShutdown.Send);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        byte[] rest = new byte[64 * 1024];
        while (await stream.ReadAsync(rest, patience.Token) > 0)
        {
        }
    }

    private static async Task HangAsync(CancellationToken stop) => await Task.Delay(Timeout.Infinite, stop);

    /// <returns>False where the connection ends behind it.</returns>
    private async Task<bool> AnswerAsync(StreamSubjectRequest request, CancellationToken stop)
    {
        string path = defect == BadEscapeIs500 && request.Target.Contains("%z", StringComparison.Ordinal) ? "" : request.Path;
        switch (request)
        {
            case { IsBad: true }:
                await SayAsync(request, "400 Bad Request", "Connection: close\r\n", stop);
                return false;
            case { Method: not ("GET" or "HEAD") }:
                return await RefuseMethodAsync(request, stop);
            default:
                if (path == "")
                {
                    return await SayAsync(request, "500 Internal Server Error", "", stop);
                }

                if (path != "/events")
                {
                    return await SayAsync(request, "404 Not Found", "", stop);
                }

                if (!request.TakesEventStream())
                {
                    return await SayAsync(request, "406 Not Acceptable", "", stop);
                }

                return await CheckIdAsync(request, stop) ?? await StreamAsync(request, stop);
        }
    }

    private async Task<bool> RefuseMethodAsync(StreamSubjectRequest request, CancellationToken stop)
    {
        int length = request.All("Content-Length") is [var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : 0;
        while (_buffered.Count < length)
        {
            byte[] more = new byte[1024];
            int read = await stream.ReadAsync(more, stop);
            if (read == 0)
            {
                return false;
            }

            _buffered.AddRange(more.AsSpan(0, read));
        }

        _buffered.RemoveRange(0, length);
        if (request.Method == "POST" && defect == PostUnanswered)
        {
            await HangAsync(stop);
        }

        return (defect == PostIs500 && request.Method == "POST") || (defect == UnknownMethodIs500 && request.Method == "BREW")
            ? await SayAsync(request, "500 Internal Server Error", "", stop)
            : await SayAsync(request, "405 Method Not Allowed", defect == NoAllow ? "" : "Allow: GET, HEAD\r\n", stop);
    }

    /// <summary>What goes wrong with ids that were never given.</summary>
    private async Task<bool?> CheckIdAsync(StreamSubjectRequest request, CancellationToken stop)
    {
        string[] ids = request.All("Last-Event-ID");
        string id = ids.FirstOrDefault() ?? "1";
        bool isWord = id.Length > 0 && !id.All(char.IsAsciiDigit) && id[0] != '-';
        bool isError = defect switch
        {
            WordIs500 => isWord,
            NegativeIs500 => id.StartsWith('-'),
            LargeNumberIs500 => id.Length > 0 && id.All(char.IsAsciiDigit) && !long.TryParse(id, out _),
            EmptyIs500 => id.Length == 0,
            BytesAre500 => id.Any(c => c > 0x7f),
            LongIs500 => id.Length > 1000,
            TwiceIs500 => ids.Length > 1,
            BadUtf8Is500 => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(id)).Contains('\ufffd', StringComparison.Ordinal),
            _ => false,
        };
        if (defect == IdKills && id.StartsWith('{'))
        {
            subject.Kill();
        }

        if ((defect == WordHangsUp && isWord) || (defect == IdKills && id.StartsWith('{')))
        {
            socket.Dispose();
            return false;
        }

        return isError ? await SayAsync(request, "500 Internal Server Error", "", stop)
            : new StreamSubjectEvents(defect, request).First(Known) == 0
                ? await SayAsync(request, "204 No Content", defect == LengthOf204 ? "Content-Length: 0\r\n" : "", stop)
                : null;
    }

    private int Known => isEndless ? int.MaxValue / 4 : StreamSubjectEvents.Count;

    private async Task<bool> StreamAsync(StreamSubjectRequest request, CancellationToken stop)
    {
        subject.Enter(socket);
        if (defect == NewEndsOld)
        {
            subject.EndOthers(socket);
        }

        if ((defect == SecondIs503 && subject.Open > 1) || (defect == LeaksClients && !subject.TakeSlot()))
        {
            subject.Leave(socket);
            return await SayAsync(request, "503 Service Unavailable", "", stop);
        }

        StreamSubjectHead head = new(defect, request);
        using StreamSubjectBody body = new(defect, stream, head.IsChunked, head.IsPacked);
        if (defect == HeadWithFirstEvent && request.Method == "GET")
        {
            body.HeldHead = head.Text;
            await Task.Delay(400, stop);
        }
        else if (defect != AllAtEnd || request.Method == "HEAD")
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Text), stop);
        }
        else
        {
            body.HeldHead = head.Text;
        }

        if (request.Method == "HEAD" && defect != ContentOfHead)
        {
            return true;
        }

        await WriteAsync(request, body, stop);
        subject.Leave(socket);
        await body.EndAsync(stop);
        bool isOpen = head.IsChunked && !request.AsksForClose && !request.IsOld
            && defect is not (NoLastChunk or NoEmptyLineAtEnd or NotChunked or LengthTooLarge or LengthOfText or LengthAndChunks or CloseNotKept);
        if (defect is CloseNotKept || (defect == OldNotClosed && request.IsOld) || (defect == StaysOpenAfterClose && request.AsksForClose))
        {
            await HangAsync(stop);
        }

        return isOpen;
    }

    private async Task WriteAsync(StreamSubjectRequest request, StreamSubjectBody body, CancellationToken stop)
    {
        StreamSubjectEvents events = new(defect, request);
        bool isResumed = request.All("Last-Event-ID") is [{ Length: > 0 }];
        await body.WriteAsync(events.Begin(), stop);
        if ((defect == ResumedIsSilent && isResumed) || (defect == WordWaits && isResumed && !char.IsAsciiDigit(request.All("Last-Event-ID")[0][0])))
        {
            await HangAsync(stop);
        }

        int first = events.First(Known);
        if (defect == SharedCursor)
        {
            subject.ShareCursor(first - 1);
            await Task.Delay(20, stop);
        }

        for (int i = first; isEndless || i <= StreamSubjectEvents.Count; i++)
        {
            if (defect == TakesTurns && subject.Open > 1 && subject.TakeTurn() % 2 == 0)
            {
                i++;
            }

            int number = defect == SharedCursor ? Math.Min(subject.ShareCursor(null), StreamSubjectEvents.Count) : i;
            number = defect == ResumeNotInOrder && isResumed && i < StreamSubjectEvents.Count - 1 && i == first + 1 ? i + 1 : number;
            await body.WriteAsync(events.Event(number), stop);
            await Task.Delay(defect == AllAtEnd ? 8 * Interval : isEndless ? 3 * Interval : Interval, stop);
        }
    }

    private async Task<bool> SayAsync(StreamSubjectRequest request, string status, string fields, CancellationToken stop)
    {
        bool hasContent = !status.StartsWith("204", StringComparison.Ordinal);
        string content = hasContent && request.Method != "HEAD" ? status : "";
        string length = hasContent ? $"Content-Type: text/plain\r\nContent-Length: {status.Length}\r\n" : "";
        bool isOver = request.AsksForClose || request.IsOld || request.IsBad;
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\n{length}{fields}{(isOver ? "Connection: close\r\n" : "")}\r\n{content}"), stop);
        return !isOver;
    }
}
