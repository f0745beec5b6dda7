using System.Diagnostics;
using System.Text.Json;
using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Selector.Tests.Fronts;

/// <summary>The fronts over gRPC as <c>@grpc/grpc-js</c> calls them; <c>interop/client.js</c> holds what each case does.</summary>
public sealed class InteropTests
{
    [Fact]
    public async Task A_client_nobody_here_wrote_is_served()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var script = Path.Combine(Repository.Root, "tests", "MuLambda.Selector.Tests", "interop", "client.js");
        var protos = Path.Combine(Repository.Root, "platform", "MuLambda.Protocol", "Protos");
        var start = new ProcessStartInfo("node", [script, protos, platform.Grpc.Address.Uri.Authority])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        try
        {
            using var deadline = new CancellationTokenSource(2 * TestPlatform.Patience);
            var output = node.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = await node.StandardError.ReadToEndAsync(deadline.Token);
            await node.WaitForExitAsync(deadline.Token);

            node.ExitCode.ShouldBe(0, errors);
            var cases = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            cases.Count.ShouldBe(7);
            foreach (var one in cases)
            {
                one.GetProperty("error").GetString().ShouldBeNull(one.GetProperty("name").GetString());
            }
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill();
            }
        }
    }
}
