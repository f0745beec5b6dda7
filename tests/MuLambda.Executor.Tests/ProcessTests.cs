using System.Net;
using System.Net.Sockets;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class ProcessTests
{
    [Fact]
    public async Task On_sigterm_running_requests_are_answered_and_the_process_ends_well()
    {
        using var folder = new TempFolder();
        await using var program = await ExecutorProgram.StartAsync(
            "--model", "slow=" + OnnxFiles.Slow(folder["slow"], products: 200), "--grpc-socket", folder["e.sock"]);
        using var channel = GrpcChannel.ForAddress(program.Socket);
        var running = channel.UnaryAsync(PredictionService.Predict, RunningExecutor.SlowRequest("slow"));
        await program.InFlightAsync();

        program.Terminate();

        (await running.WaitAsync(RunningExecutor.Patience)).Outputs.Keys.ShouldBe(["y"]);
        (await program.ExitAsync()).ShouldBe(0);
        File.Exists(folder["e.sock"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_executor_is_unavailable_and_a_new_one_takes_over_its_socket()
    {
        using var folder = new TempFolder();
        string[] args = ["--model", "slow=" + OnnxFiles.Slow(folder["slow"], products: 3_000), "--grpc-socket", folder["e.sock"]];
        await using var killed = await ExecutorProgram.StartAsync(args);
        using var unix = GrpcChannel.ForAddress(killed.Socket);
        using var tcp = GrpcChannel.ForAddress(killed.Grpc);
        var running = new[] { unix, tcp }.Select(channel =>
            channel.UnaryAsync(PredictionService.Predict, RunningExecutor.SlowRequest("slow"))).ToList();
        await killed.InFlightAsync();

        killed.Kill();

        foreach (var call in running)
        {
            (await call.WaitAsync(RunningExecutor.Patience).ShouldThrowAsync<GrpcException>()).StatusCode.ShouldBe(StatusCode.Unavailable);
        }

        (await unix.UnaryAsync(PredictionService.Predict, RunningExecutor.SlowRequest("slow")).ShouldThrowAsync<GrpcException>())
            .StatusCode.ShouldBe(StatusCode.Unavailable);
        File.Exists(folder["e.sock"]).ShouldBeTrue();
        await using var next = await ExecutorProgram.StartAsync(
            "--model", "half=" + OnnxFiles.HalfPlusTwo(folder["half"]), "--grpc-socket", folder["e.sock"]);
        var answer = await unix.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f], [1])));
        RunningExecutor.Floats(answer.Outputs["y"]).ShouldBe([2.5f]);
    }

    [Fact]
    public async Task Addresses_may_come_from_the_environment_and_a_port_or_socket_in_use_ends_the_start()
    {
        using var folder = new TempFolder();
        var (rest, grpc) = (FreePort(), FreePort());
        string[] model = ["--model", "half=" + OnnxFiles.HalfPlusTwo(folder["half"])];
        await using var program = await ExecutorProgram.StartAsync(
            new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://localhost:{rest}", ["GRPC_PORT"] = $"{grpc}" },
            [.. model, "--grpc-socket", folder["e.sock"]]);

        program.Rest.ShouldBe($"http://127.0.0.1:{rest}");
        program.Grpc.ShouldBe($"http://127.0.0.1:{grpc}");

        var port = await ExecutorProgram.RunToEndAsync([.. model, "--http-port", $"{rest}", "--grpc-port", "0"]);
        port.ExitCode.ShouldBe(1);
        port.Output.ShouldContain($"{rest}");
        var socket = await ExecutorProgram.RunToEndAsync([.. model, "--http-port", "0", "--grpc-port", "0", "--grpc-socket", folder["e.sock"]]);
        socket.ExitCode.ShouldBe(1);
        socket.Output.ShouldContain("e.sock");
        File.Exists(folder["e.sock"]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("127.0.0.2", "127.0.0.2")]
    [InlineData("*", "127.0.0.1")]
    public async Task Grpc_listens_on_the_addresses_of_rest(string host, string shown)
    {
        using var folder = new TempFolder();
        var (rest, grpc) = (FreePort(), FreePort());
        await using var program = await ExecutorProgram.StartAsync(
            new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = $"http://{host}:{rest};http://127.0.0.2:{FreePort()}",
                ["GRPC_PORT"] = $"{grpc}",
            },
            "--model", "half=" + OnnxFiles.HalfPlusTwo(folder["half"]));
        program.Grpc.ShouldBe($"http://{shown}:{grpc}");

        using var channel = GrpcChannel.ForAddress($"http://127.0.0.2:{grpc}");
        var answer = await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f], [1])));

        RunningExecutor.Floats(answer.Outputs["y"]).ShouldBe([2.5f]);
    }

    [Fact]
    public async Task On_sigterm_while_models_are_loading_the_process_ends_well()
    {
        using var folder = new TempFolder();
        var models = Enumerable.Range(0, 8).SelectMany(model =>
            new[] { "--model", $"slow{model}={OnnxFiles.Slow(folder[$"slow{model}"], products: 2_000)}" });
        await using var program = await ExecutorProgram.StartAsync(loaded: false, [.. models]);

        program.Terminate();

        (await program.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_option_ends_the_process_with_2_and_its_name()
    {
        var (exitCode, output) = await ExecutorProgram.RunToEndAsync("--model", "a=/", "--bogus");
        exitCode.ShouldBe(2);
        output.ShouldContain("--bogus");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
