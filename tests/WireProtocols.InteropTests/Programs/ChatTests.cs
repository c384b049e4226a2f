using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Chat;
using ChatClient;
using Microsoft.AspNetCore.Builder;
using WireProtocols.InteropTests.Proxies;

namespace WireProtocols.InteropTests.Programs;

/// <summary>The chat of samples/Chat and its client of samples/ChatClient.</summary>
public sealed class ChatTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Chat", 60)]
    [InlineData("ChatClient", 30)]
    public void They_are_short(string sample, int lines)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(Path.Combine(ReverseProxy.FindRoot(), "samples", sample), "*.cs");
        Assert.InRange(files.Sum(f => File.ReadAllLines(f).Length), 1, lines);
    }

    [Fact(Timeout = ProxiedServers.Patience)]
    public async Task What_is_said_while_a_member_is_away_is_heard_once()
    {
        await using WebApplication server = await StartAsync();
        await using Tee tee = new(new Uri(server.Urls.Single()).Port);
        Talker ada = new("Ada", tee.Port);
        Assert.Equal("Ada is here", await ada.HearAsync());
        Talker bob = new("Bob", new Uri(server.Urls.Single()).Port);
        Assert.Equal("Bob is here", await ada.HearAsync());
        Assert.Equal("Bob is here", await bob.HearAsync());
        using HttpClient http = new();
        Assert.Equal("2: Ada, Bob", await http.GetStringAsync(new Uri($"{server.Urls.Single()}/members"), Stop));

        List<string> expected = [];
        for (int i = 0; i < 20; i++)
        {
            tee.Connections.Last().Cut();
            await bob.SayAsync($"line {i}");
            await ada.SayAsync($"answer {i}");
            expected.Add($"Bob: line {i}");
            expected.Add($"Ada: answer {i}");
            string[] heard = [await ada.HearAsync(), await ada.HearAsync()];
            Assert.Equal(expected[^2..].Order(), heard.Order());
            Assert.Equal(expected[^2..].Order(), ((string[])[await bob.HearAsync(), await bob.HearAsync()]).Order());
        }

        Assert.Equal("2: Ada, Bob", await http.GetStringAsync(new Uri($"{server.Urls.Single()}/members"), Stop));
        await ada.LeaveAsync();
        Assert.Equal("Ada has left", await bob.HearAsync());
        Assert.Equal("1: Bob", await http.GetStringAsync(new Uri($"{server.Urls.Single()}/members"), Stop));
        await bob.LeaveAsync();
    }

    [Fact(Timeout = ProxiedServers.Patience)]
    public async Task A_server_that_stops_says_when_to_come_back()
    {
        await using WebApplication server = await StartAsync();
        await using Tee tee = new(new Uri(server.Urls.Single()).Port);
        Talker ada = new("Ada", tee.Port);
        Assert.Equal("Ada is here", await ada.HearAsync());
        using HttpClient http = new();
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri($"{server.Urls.Single()}/ready"), Stop));
        await server.StopAsync(Stop);
        Assert.Equal("[Connecting]", await ada.SeeAsync("[Connecting]"));

        // The frame RETRY (07) in a binary message of three bytes or more, and behind it Close 1001.
        string sent = tee.Connections.First().FromServer;
        Assert.Matches("\u0082[\u0003-\u0011]\u0007(?s:.*)\u0088(?s:.)\u0003\u00E9", sent);
    }

    private static async Task<WebApplication> StartAsync()
    {
        WebApplication server = Room.CreateApplication("--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None");
        await server.StartAsync(Stop);
        return server;
    }

    /// <summary>A client whose lines come from a test, and go to one.</summary>
    private sealed class Talker
    {
        private readonly Pipe _input = new();
        private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
        private readonly Task _running;

        public Talker(string name, int port)
            => _running = Member.RunAsync(
                new Uri($"ws://127.0.0.1:{port}/chat"), name, new StreamReader(_input.Reader.AsStream()), new Hearing(_heard.Writer));

        public async Task SayAsync(string line) => await _input.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Stop);

        /// <summary>The next line that somebody has said.</summary>
        public async Task<string> HearAsync()
        {
            while (true)
            {
                string line = await _heard.Reader.ReadAsync(Stop);
                if (line[0] != '[')
                {
                    return line;
                }
            }
        }

        /// <summary>Reads on to a line.</summary>
        public async Task<string> SeeAsync(string wanted)
        {
            string line;
            do
            {
                line = await _heard.Reader.ReadAsync(Stop);
            }
            while (line != wanted);
            return line;
        }

        public async Task LeaveAsync()
        {
            await _input.Writer.CompleteAsync();
            await _running.WaitAsync(Stop);
        }
    }

    private sealed class Hearing(ChannelWriter<string> lines) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => lines.TryWrite(value ?? "");
    }
}
