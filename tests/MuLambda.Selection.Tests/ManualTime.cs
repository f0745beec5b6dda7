namespace MuLambda.Selection.Tests;

/// <summary>Time that passes when the test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public double NowMs => _ticks / (double)TimeSpan.TicksPerMillisecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new(_ticks, TimeSpan.Zero);

    public void Advance(TimeSpan by) => _ticks += by.Ticks;

    public void SetMs(double nowMs) => _ticks = (long)(nowMs * TimeSpan.TicksPerMillisecond);
}
