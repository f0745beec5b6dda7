using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("--model is required")]
    [InlineData("'a=' has no path", "--model", "a=")]
    [InlineData("'/nowhere' does not exist", "--model", "a=/nowhere")]
    [InlineData("'0' is no version", "--model", "a@0")]
    [InlineData("'two' is no version", "--model", "a@two")]
    [InlineData("'a/b' is no model name", "--model", "a/b")]
    [InlineData("'a' is named twice", "--model", "a@1", "--model", "a@2")]
    [InlineData("--http-port is 65536", "--model", "a", "--http-port", "65536")]
    [InlineData("--queue-limit is -1", "--model", "a", "--queue-limit", "-1")]
    [InlineData("--max-parallel-runs is 0", "--model", "a", "--max-parallel-runs", "0")]
    [InlineData("--load-timeout is 0", "--model", "a", "--load-timeout", "0")]
    [InlineData("'registry' is no http URL", "--model", "a", "--registry", "registry")]
    [InlineData("at most 107 bytes", "--model", "a", "--grpc-socket", "/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    [InlineData("--port", "--model", "a", "--port", "1")]
    [InlineData("b", "--model", "a", "b")]
    public void A_wrong_option_is_an_error_that_names_it(string error, params string[] args) =>
        string.Join('\n', ExecutorCommand.Create((_, _) => Task.FromResult(0)).Parse(args).Errors.Select(e => e.Message.Replace("Option '--model'", "--model", StringComparison.Ordinal)))
            .ShouldContain(error);

    [Fact]
    public async Task What_is_given_is_taken_and_what_is_not_has_a_default()
    {
        using var folder = new TempFolder();
        ExecutorOptions? given = null;
        string[] args =
        [
            "--model", $"a={folder.Path}", "--model", "b@3", "--model", "c", "--id", "e1", "--http-port", "0", "--grpc-socket", folder["s"],
            "--registry", "http://127.0.0.1:5000", "--cache", folder["cache"], "--max-parallel-runs", "3", "--queue-limit", "0",
            "--intra-op-threads", "2", "--load-timeout", "1.5", "--max-request-bytes", "1000",
        ];

        var exitCode = await ExecutorCommand.Create((options, _) =>
        {
            given = options;
            return Task.FromResult(7);
        }).Parse(args).InvokeAsync();

        exitCode.ShouldBe(7);
        given.ShouldNotBeNull();
        given.Models.ShouldBe([new ModelSource("a", folder.Path, null), new ModelSource("b", null, 3), new ModelSource("c", null, null)]);
        (given with { Models = [] }).ShouldBe(new ExecutorOptions
        {
            Models = [],
            Id = "e1",
            HttpPort = 0,
            GrpcPort = null,
            GrpcSocket = folder["s"],
            Registry = new Uri("http://127.0.0.1:5000"),
            Cache = folder["cache"],
            MaxParallelRuns = 3,
            QueueLimit = 0,
            IntraOpThreads = 2,
            LoadTimeout = TimeSpan.FromSeconds(1.5),
            MaxRequestBytes = 1000,
        });
    }
}
