using System.ComponentModel;
using System.Diagnostics;

namespace WireProtocols.Conformance;

/// <summary>A client that is a command of the shell: <c>python3 client.py {url}</c>.</summary>
internal sealed class ClientCommand(string command) : IClientLauncher
{
    private const string Placeholder = "{url}";

    public IClientRun Start(Uri url)
    {
        string line = command.Replace(Placeholder, url.OriginalString, StringComparison.Ordinal);
        ProcessStartInfo start = new()
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (OperatingSystem.IsWindows())
        {
            start.FileName = "cmd.exe";
            start.Arguments = $"/d /s /c \"{line}\"";
        }
        else
        {
            start.FileName = "/bin/sh";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(line);
        }

        try
        {
            return new Run(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new ConformanceUnreachableException($"'{line}' cannot be started: {exception.Message}", exception);
        }
    }

    private sealed class Run : IClientRun
    {
        private const int MaxComplaint = 300;
        private readonly Process _process;

        public Run(Process process)
        {
            _process = process;
            process.StandardInput.Close();
            Ended = WaitAsync();
        }

        public Task<string> Ended { get; }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (!_process.HasExited)
                {
                    _process.Kill(entireProcessTree: true);
                }
            }
            catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
            {
                // It ended meanwhile.
            }

            await Ended;
            _process.Dispose();
        }

        private async Task<string> WaitAsync()
        {
            Task output = DrainAsync(_process.StandardOutput);
            Task<string> complaint = ReadEndAsync(_process.StandardError);
            await _process.WaitForExitAsync(CancellationToken.None);
            int code = _process.ExitCode;

            // A grandchild may hold the pipes open: what the command itself wrote is there.
            await Task.WhenAny(Task.WhenAll(output, complaint), Task.Delay(TimeSpan.FromMilliseconds(200)));
            string said = complaint.IsCompletedSuccessfully && complaint.Result.Length > 0 ? $": {complaint.Result}" : "";
            return $"ended with exit code {code}{said}";
        }

        private static async Task DrainAsync(StreamReader reader)
        {
            char[] buffer = new char[4096];
            while (await reader.ReadAsync(buffer) > 0)
            {
            }
        }

        /// <summary>The last that was complained about.</summary>
        private static async Task<string> ReadEndAsync(StreamReader reader)
        {
            string end = "";
            char[] buffer = new char[4096];
            while (await reader.ReadAsync(buffer) is > 0 and int count)
            {
                end += new string(buffer, 0, count);
                end = end.Length > MaxComplaint ? end[^MaxComplaint..] : end;
            }

            return end.Trim().ReplaceLineEndings(" / ");
        }
    }
}
