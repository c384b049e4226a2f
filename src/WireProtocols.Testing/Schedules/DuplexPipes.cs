using System.IO.Pipelines;

namespace WireProtocols.Testing;

/// <summary>Two ends of a connection in memory.</summary>
public static class DuplexPipes
{
    public static (IDuplexPipe One, IDuplexPipe Other) Create(PipeOptions? options = null)
    {
        options ??= new PipeOptions(useSynchronizationContext: false);
        Pipe there = new(options);
        Pipe back = new(options);
        return (new End(back.Reader, there.Writer), new End(there.Reader, back.Writer));
    }

    private sealed class End(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
