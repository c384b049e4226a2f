using System.CommandLine;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>The options of `wire conform`.</summary>
internal sealed class ConformOptions
{
    public Argument<Uri?> Url { get; } = new("URL")
    {
        Description = "The server: ws://host:port/path, which echoes every message, same type; http://host:port/path with --subject. "
            + "wss and https take any certificate. Clients: --listen.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? url)
                && url.Scheme is "ws" or "wss" or "http" or "https" && url.Fragment.Length == 0)
            {
                return url;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no URL that 'wire conform' knows: ws://host:port/path or http://host:port/path.");
            return null;
        },
    };

    public Option<string> Subject { get; } = CreateSubject();

    public Option<int?> Listen { get; } = CreateListen();

    public Option<string?> Exec { get; } = CreateExec();

    public Option<int?> Carrier { get; } = new("--carrier")
    {
        Description = "With --subject webtransport: the port of 127.0.0.1 at which a process makes the QUIC connections: "
            + "node quic-carrier.mjs connect HOST:PORT.",
        HelpName = "PORT",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object a case, and a last one that sums up." };

    public Option<string?> Junit { get; } = new("--junit") { Description = "Write JUnit's XML to this file.", HelpName = "FILE" };

    public Option<string?> Html { get; } = new("--html") { Description = "Write one self-contained page to this file.", HelpName = "FILE" };

    public Option<bool> Markdown { get; } = new("--md") { Description = "Print the summary as Markdown." };

    public Option<string[]> Filter { get; } = new("--filter")
    {
        Description = "Only cases whose id matches, as ws/frames/*; may be given more than once.",
        HelpName = "GLOB",
        DefaultValueFactory = _ => [],
    };

    public Option<string?> Level { get; } = CreateLevel();

    public Option<bool> List { get; } = new("--list") { Description = "Print the cases and play none." };

    public Option<string[]> Case { get; } = new("--case")
    {
        Description = "Only the case with this id; may be given more than once.",
        HelpName = "ID",
        DefaultValueFactory = _ => [],
    };

    public Option<string?> Explain { get; } = new("--explain")
    {
        Description = "Say what a case stands on; with a URL play it and show the bytes.",
        HelpName = "ID",
    };

    public Option<int> Seed { get; } = CommonOptions.Count("--seed", "What keys and nonces are made from.", 1, 0);

    public Option<int> Timeout { get; } = CommonOptions.Count("--timeout", "Seconds that an answer may take.", 10, 1);

    public Option<int> Jobs { get; } = CommonOptions.Count("--jobs", "How many cases are played at the same time.", 4, 1);

    public Option<string?> Baseline { get; } = new("--baseline")
    {
        Description = "The output of an earlier run with --json: only what has become worse counts.",
        HelpName = "FILE",
    };

    public Option<bool> AllowRemote { get; } = new("--allow-remote") { Description = "Examine a server that is not on this machine." };

    public void AddTo(Command conform)
    {
        conform.Add(Url);
        conform.Add(Subject);
        conform.Add(Listen);
        conform.Add(Exec);
        conform.Add(Carrier);
        conform.Add(Filter);
        conform.Add(Case);
        conform.Add(Level);
        conform.Add(List);
        conform.Add(Explain);
        conform.Add(Json);
        conform.Add(Junit);
        conform.Add(Html);
        conform.Add(Markdown);
        conform.Add(Baseline);
        conform.Add(Seed);
        conform.Add(Timeout);
        conform.Add(Jobs);
        conform.Add(AllowRemote);
    }

    private static Option<string> CreateSubject()
    {
        Option<string> subject = new("--subject") { Description = "What is examined.", DefaultValueFactory = _ => "websocket" };
        subject.AcceptOnlyFromAmong([.. ConformanceSuite.All.Select(s => s.Subject).Distinct()]);
        return subject;
    }

    private static Option<int?> CreateListen()
    {
        Option<int?> listen = new("--listen")
        {
            Description = "Examine clients that connect to this port of 127.0.0.1; 0 picks one.",
            HelpName = "PORT",
        };
        listen.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int port) && port is < 0 or > 65535)
            {
                result.AddError($"'{token.Value}' is no port.");
            }
        });
        return listen;
    }

    private static Option<string?> CreateExec()
    {
        Option<string?> exec = new("--exec")
        {
            Description = "With --listen: the client, a command of the shell that is started for each case; {url} in it is what it connects to.",
            HelpName = "'CMD {url}'",
        };
        exec.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !token.Value.Contains("{url}", StringComparison.Ordinal))
            {
                result.AddError($"'{token.Value}' has no {{url}}: the client has to know where to connect to.");
            }
        });
        return exec;
    }

    private static Option<string?> CreateLevel()
    {
        Option<string?> level = new("--level") { Description = "Only cases of this level." };
        level.AcceptOnlyFromAmong("must", "should", "may", "security");
        return level;
    }
}
