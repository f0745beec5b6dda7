using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Scaler.Telemetry;

namespace MuLambda.Scaler.Tests.Telemetry;

/// <summary>What a scaler of this process measures; those of other tests are told apart by their services.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> _seen = [];

    public Measurements(WebApplication scaler)
    {
        var factory = scaler.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ScalerTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What an instrument measured so far, with its tags as <c>name=value</c>.</summary>
    public IReadOnlyList<(double Value, string Tags)> Of(string instrument) =>
        [.. _seen.Where(seen => seen.Instrument == instrument).Select(seen => (seen.Value, seen.Tags))];

    /// <summary>What an observable instrument tells now.</summary>
    public IReadOnlyList<(double Value, string Tags)> Observe(string instrument)
    {
        var before = Of(instrument).Count;
        _listener.RecordObservableInstruments();
        return [.. Of(instrument).Skip(before)];
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
