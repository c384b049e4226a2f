using System.IO.Pipelines;
using System.Net;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>A tunnel through an HTTP proxy: "The CONNECT method requests that the recipient establish a tunnel" (RFC 9110 §9.3.6).</summary>
internal static class WebSocketTunnel
{
    /// <summary>Asks for the tunnel; the stream is it from then on.</summary>
    /// <exception cref="IOException">The proxy refused, or left.</exception>
    public static async Task OpenAsync(
        Stream stream, DnsEndPoint host, Uri proxy, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        string authority = host.Host.Contains(':', StringComparison.Ordinal) ? $"[{host.Host}]:{host.Port}" : $"{host.Host}:{host.Port}";
        PipeWriter output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        WriteRequest(output, authority, CredentialsOf(proxy, options.Proxy));
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        await output.CompleteAsync().ConfigureAwait(false);

        PipeReader input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        using Http1ResponseReader reader = new(input, options.Head);
        while (await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TryReadAnswer(reader, proxy))
            {
                reader.Release();

                // The server speaks when it has been spoken to, so nothing of the tunnel's is lost here.
                await input.CompleteAsync().ConfigureAwait(false);
                return;
            }
        }

        throw new IOException($"The proxy {proxy.Authority} closed the connection without an answer.");
    }

    private static bool TryReadAnswer(Http1ResponseReader reader, Uri proxy)
    {
        while (reader.TryRead(out Http1ResponseHead head))
        {
            switch (head.StatusCode)
            {
                case < 200:
                    break;
                case < 300:
                    return true;
                default:
                    string reason = Encoding.Latin1.GetString(head.Reason);
                    throw new IOException($"The proxy {proxy.Authority} answered {head.StatusCode} {reason}".TrimEnd() + ".");
            }
        }

        return false;
    }

    private static void WriteRequest(PipeWriter output, string authority, string? credentials)
    {
        Http1HeadWriter head = Http1HeadWriter.StartRequest(output, "CONNECT"u8, Encoding.ASCII.GetBytes(authority));
        head.WriteField("Host"u8, authority);
        if (credentials is not null)
        {
            head.WriteField("Proxy-Authorization"u8, credentials);
        }

        head.Complete();
    }

    private static string? CredentialsOf(Uri proxy, IWebProxy? settings)
    {
        if (proxy.UserInfo.Length > 0)
        {
            return BasicCredentials.Of(proxy.UserInfo);
        }

        return settings?.Credentials?.GetCredential(proxy, "Basic") is { } credential
            ? BasicCredentials.Of(credential.UserName, credential.Password)
            : null;
    }
}
