using System.Text.Json;

namespace WireProtocols.Differential;

/// <summary>A peer as a program: questions on stdin, answers on stdout, a line each.</summary>
public static class PeerRun
{
    /// <summary>How many questions are asked at a time.</summary>
    private const int Jobs = 8;

    /// <summary>Asks a peer all questions of the formats that it reads.</summary>
    public static async Task RunAsync(Peer peer, TextReader input, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        await using (peer)
        {
            await peer.StartAsync();
            PeerIntroduction introduction = new(peer.Name, peer.Version, peer.Kinds);
            await output.WriteLineAsync(JsonSerializer.Serialize(introduction, DifferentialJson.Default.PeerIntroduction));
            List<PeerQuestion> questions = [];
            while (await input.ReadLineAsync() is { } line)
            {
                PeerQuestion question = JsonSerializer.Deserialize(line, DifferentialJson.Default.PeerQuestion)!;
                if (peer.Kinds.Contains(question.Kind))
                {
                    questions.Add(question);
                }
            }

            await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = Jobs }, async (question, _) =>
            {
                PeerAnswer answer = await peer.AskAsync(question);
                lock (output)
                {
                    output.WriteLine(JsonSerializer.Serialize(answer, DifferentialJson.Default.PeerAnswer));
                }
            });
        }
    }
}
