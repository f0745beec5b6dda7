using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace MuLambda.MicroBenchmarks;

/// <summary>
/// How all benchmarks run: in this process, as BenchmarkDotNet would otherwise restore and build a project for each job, which needs a
/// package source; and with iterations short enough that all of them take minutes.
/// </summary>
internal sealed class MicroBenchmarkConfig : ManualConfig
{
    private static readonly TimeSpan LongestBenchmark = TimeSpan.FromMinutes(10);

    public MicroBenchmarkConfig()
    {
        AddJob(Job.Default
            .WithToolchain(new InProcessEmitToolchain(LongestBenchmark, logOutput: true))
            .WithWarmupCount(5)
            .WithIterationCount(12)
            .WithIterationTime(TimeInterval.FromMilliseconds(200)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.P95);
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
    }
}
