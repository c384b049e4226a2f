using System.IO.Pipelines;
using WireProtocols.Tests.WebTransport;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about WebTransport does what it says.</summary>
public sealed class ReadmeWebTransportTests
{
    [Fact]
    public async Task Capsules_and_datagrams_are_read()
    {
        StringWriter output = new() { NewLine = "|" };
        byte[] capsules = Convert.FromHexString("000261621700" + "68430b0000123462796520e29c93");
        await ReadmeWebTransport.CapsulesAsync(PipeReader.Create(new MemoryStream(capsules)), output);
        ReadmeWebTransport.Datagram(Convert.FromHexString("016869"), output);
        Assert.Equal("DATAGRAM, 2 of 2 bytes|closed with 4660: bye ✓|session 4: hi|", output.ToString());
    }

    [Fact]
    public async Task The_echo_echoes_what_it_accepts()
    {
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair();
        first.SendStream(2, Convert.FromHexString("0004073301ac7cf00001"), false);
        first.SendStream(0, Convert.FromHexString(SessionScript.Request("/echo")), false);
        first.SendStream(4, Convert.FromHexString("40410061"), true);
        first.SendDatagram(Convert.FromHexString("0062"));
        await first.DisposeAsync();
        await ReadmeWebTransport.EchoAsync(second);
        await second.DisposeAsync();
        List<string> received = [];
        while (await first.WaitToReadAsync())
        {
            while (first.TryRead(out QuicEvent item))
            {
                received.Add($"{item.Kind} {item.StreamId} {Convert.ToHexStringLower(item.Data.Span)}{(item.EndStream ? " end" : "")}");
            }
        }

        Assert.Equal(["Stream 4 61", "Stream 4  end", "Datagram 0 0062"], received[2..]);
    }
}
