using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>A WebSocket client that echoes until the server closes, written for this by hand, with one mistake or none.</summary>
internal sealed class SubjectClient(ClientDefect defect, Defect frames = Defect.None)
{
    public async Task RunAsync(Uri url, CancellationToken stop)
    {
        using TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port, stop);
        using TcpClient second = new();
        if (defect == ClientDefect.ConnectsTwice)
        {
            await second.ConnectAsync(url.Host, url.Port, stop);
            await second.GetStream().WriteAsync(SubjectRequest.Of(defect, url, SubjectRequest.Key(defect)), stop);
        }

        NetworkStream stream = client.GetStream();
        try
        {
            string key = SubjectRequest.Key(defect);
            await stream.WriteAsync(SubjectRequest.Of(defect, url, key), stop);
            if (defect == ClientDefect.SendsEarly)
            {
                await stream.WriteAsync((byte[])[0x89, 0x80, 1, 2, 3, 4], stop);
            }

            SubjectTerms? terms = await new SubjectAnswer(defect, stream, key).ReadAsync(stop);
            if (terms is null)
            {
                return;
            }

            if (defect == ClientDefect.SpeaksFirst)
            {
                await stream.WriteAsync((byte[])[0x81, 0x82, 1, 2, 3, 4, (byte)('h' ^ 1), (byte)('i' ^ 2)], stop);
            }

            using SubjectConnection connection = new(frames, stream, terms, defect);
            await connection.RunAsync(stop);
            if (defect == ClientDefect.EchoesWhenLost && !connection.IsClosed)
            {
                await connection.EchoUnfinishedAsync(stop);
            }

            if (defect == ClientDefect.StaysWhenLost && !connection.IsClosed)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            }

            if (frames == Defect.StaysOpen && connection.IsClosed)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            }

            // What has not been read would turn the end into a reset.
            client.Client.Shutdown(SocketShutdown.Send);
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(TimeSpan.FromSeconds(2));
            byte[] rest = new byte[64 * 1024];
            while (await stream.ReadAsync(rest, patience.Token) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // The examiner has hung up.
        }
    }
}
