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
    [InlineData("'vision*' is no model name", "--model", "vision*=/")]
    [InlineData("'x' is no version policy", "--model", "a", "--version-policy", "x")]
    [InlineData("'latest:0' is no version policy", "--model", "a", "--version-policy", "a=latest:0")]
    [InlineData("--version-policy b: there is no --model b", "--model", "a", "--version-policy", "b=all")]
    [InlineData("--version-policy a: --model a@1 names its version", "--model", "a@1", "--version-policy", "a=all")]
    [InlineData("--version-policy is given twice", "--model", "a", "--version-policy", "all", "--version-policy", "latest")]
    [InlineData("--exclude-model excludes nothing", "--model", "a", "--exclude-model", "b")]
    [InlineData("'/' is no name and no glob", "--model", "*", "--exclude-model", "/")]
    [InlineData("/nowhere cannot be read", "--model-config", "/nowhere")]
    [InlineData("--max-model-bytes is 0", "--model", "a", "--max-model-bytes", "0")]
    [InlineData("--poll-interval is -1", "--model", "a", "--poll-interval", "-1")]
    [InlineData("--reply-delay is -1", "--model", "a", "--reply-delay", "-1")]
    [InlineData("'a' is not NAME=FILE", "--model", "a", "--synthetic", "a")]
    [InlineData("'/=f' is not NAME=FILE", "--model", "a", "--synthetic", "/=f")]
    [InlineData("--synthetic a: /nowhere cannot be read", "--model", "a", "--synthetic", "a=/nowhere")]
    [InlineData("--keep-alive-seconds is 0", "--model", "a", "--keep-alive-file", "f", "--keep-alive-seconds", "0")]
    [InlineData("there is no --keep-alive-file", "--model", "a", "--keep-alive-seconds", "5")]
    [InlineData("--keep-alive-file: '/' is no file", "--model", "a", "--keep-alive-file", "/")]
    [InlineData("--phases-file: '/' is no file", "--model", "a", "--phases-file", "/")]
    [InlineData("--phases-file: the directory of '/nowhere/f' does not exist", "--model", "a", "--phases-file", "/nowhere/f")]
    [InlineData("--port", "--model", "a", "--port", "1")]
    [InlineData("b", "--model", "a", "b")]
    public void A_wrong_option_is_an_error_that_names_it(string error, params string[] args) =>
        string.Join('\n', ExecutorCommand.Create((_, _) => Task.FromResult(0)).Parse(args).Errors.Select(e => e.Message.Replace("Option '--model'", "--model", StringComparison.Ordinal)))
            .ShouldContain(error);

    [Fact]
    public async Task An_executor_with_a_registry_may_start_without_a_model()
    {
        ExecutorOptions? given = null;

        await ExecutorCommand.Create((options, _) =>
        {
            given = options;
            return Task.FromResult(0);
        }).Parse(["--registry", "http://127.0.0.1:5000"]).InvokeAsync();

        given.ShouldNotBeNull().IsEmpty.ShouldBeTrue();
        (given with { Models = [new ModelSource("a", null, null)] }).IsEmpty.ShouldBeFalse();
    }

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
            "--model", "vision-*", "--exclude-model", "vision-x", "--version-policy", "all", "--version-policy", "c=latest:2", "--poll-interval", "0",
            "--max-model-bytes", "5000000000", "--cache-max-bytes", "6", "--max-parallel-loads", "7", "--no-warmup", "--model-config-poll", "2",
            "--reply-delay", "2.5", "--keep-alive-file", folder["alive"], "--keep-alive-seconds", "2.5", "--phases-file", folder["phases"],
        ];

        var exitCode = await ExecutorCommand.Create((options, _) =>
        {
            given = options;
            return Task.FromResult(7);
        }).Parse(args).InvokeAsync();

        exitCode.ShouldBe(7);
        given.ShouldNotBeNull();
        given.Models.ShouldBe([new ModelSource("a", folder.Path, null), new ModelSource("b", null, 3), new ModelSource("c", null, null), new ModelSource("vision-*", null, null)]);
        given.Configured().Select(model => (model.Name, model.Path, model.Policy.ToString())).ShouldBe(
            [("a", folder.Path, "all"), ("b", null, "specific:3"), ("c", null, "latest:2")]);
        var pattern = given.Patterns().ShouldHaveSingleItem();
        (pattern.Matches("vision-a"), pattern.Matches("vision-x"), pattern.Matches("audio")).ShouldBe((true, false, false));
        (given with { Models = [], Excluded = [], Policies = new ExecutorOptions().Policies }).ShouldBe(new ExecutorOptions
        {
            Models = [],
            Excluded = [],
            PollInterval = TimeSpan.Zero,
            ModelConfigPoll = TimeSpan.FromSeconds(2),
            MaxModelBytes = 5_000_000_000,
            CacheMaxBytes = 6,
            MaxParallelLoads = 7,
            WarmUp = false,
            ReplyDelay = TimeSpan.FromMilliseconds(2.5),
            KeepAliveFile = folder["alive"],
            KeepAliveTime = TimeSpan.FromSeconds(2.5),
            PhasesFile = folder["phases"],
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
