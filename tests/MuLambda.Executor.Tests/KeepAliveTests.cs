using MuLambda.Executor.Launching;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class KeepAliveTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly SetTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_executor_whose_launcher_is_gone_answers_what_runs_and_ends(bool isRemoved)
    {
        var file = _folder["alive"];
        await File.WriteAllTextAsync(file, "");
        await using var program = await ExecutorProgram.StartAsync(
            "--model", "slow=" + OnnxFiles.Slow(_folder["slow"], products: 300), "--grpc-socket", _folder["e.sock"], "--keep-alive-file", file, "--keep-alive-seconds", "600");
        using var channel = GrpcChannel.ForAddress(program.Socket);
        var running = channel.UnaryAsync(PredictionService.Predict, RunningExecutor.SlowRequest("slow"));
        await program.InFlightAsync();

        if (isRemoved)
        {
            File.Delete(file);
        }
        else
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        }

        (await running.WaitAsync(RunningExecutor.Patience)).Outputs.Keys.ShouldBe(["y"]);
        (await program.ExitAsync()).ShouldBe(0);
        File.Exists(_folder["e.sock"]).ShouldBeFalse();
    }

    [Fact]
    public async Task An_executor_that_is_launched_too_late_ends_well()
    {
        var (exitCode, output) = await ExecutorProgram.RunToEndAsync(
            "--model", "half=" + OnnxFiles.HalfPlusTwo(_folder["half"]), "--http-port", "0", "--grpc-port", "0", "--keep-alive-file", _folder["alive"]);

        exitCode.ShouldBe(0);
        output.ShouldContain($"{_folder["alive"]} is gone");
    }

    [Fact]
    public void A_file_is_too_old_when_its_time_is()
    {
        var file = Renew();
        var alive = new KeepAliveFile(file, Limit, _time);
        alive.Expired().ShouldBeNull();

        for (var i = 0; i < 10; i++)
        {
            _time.Advance(Limit * 0.9);
            Renew();
            alive.Expired().ShouldBeNull();
        }

        _time.Advance(Limit);
        alive.Expired().ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(1));
        alive.Expired().ShouldBe($"{file} was not renewed for 31.0 s");
    }

    [Fact]
    public void A_file_that_is_old_when_it_is_first_seen_counts_as_old()
    {
        var file = Renew();
        _time.Advance(Limit + TimeSpan.FromSeconds(1));

        new KeepAliveFile(file, Limit, _time).Expired().ShouldNotBeNull();
    }

    [Fact]
    public void A_time_of_day_that_jumps_ends_nobody()
    {
        var file = Renew();
        var alive = new KeepAliveFile(file, Limit, _time);
        alive.Expired().ShouldBeNull();

        _time.Jump(TimeSpan.FromHours(2));
        alive.Expired().ShouldBeNull();
        Renew();
        alive.Expired().ShouldBeNull();

        _time.Jump(TimeSpan.FromHours(-5));
        alive.Expired().ShouldBeNull();
        _time.Advance(Limit + TimeSpan.FromSeconds(1));
        alive.Expired().ShouldNotBeNull();
    }

    private string Renew()
    {
        var file = _folder["alive"];
        File.WriteAllText(file, "");
        File.SetLastWriteTimeUtc(file, _time.GetUtcNow().UtcDateTime);
        return file;
    }

    /// <summary>A clock that is moved, and whose time of day can be set.</summary>
    private sealed class SetTime : TimeProvider
    {
        private DateTimeOffset _day = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _day + _passed;

        public override long GetTimestamp() => _passed.Ticks;

        public void Advance(TimeSpan by) => _passed += by;

        public void Jump(TimeSpan by) => _day += by;
    }
}
