using static System.FormattableString;

namespace MuLambda.Scaling;

internal sealed partial class SloPolicy
{
    // A decision as it comes about: what it is based on and why.
    private sealed class Draft(ScalingSnapshot snapshot, int current, double startMs)
    {
        private readonly DecisionInputs _inputs = new()
        {
            ["current"] = current, ["ready"] = snapshot.Ready, ["starting"] = snapshot.Starting, ["coldStartMs"] = snapshot.ColdStartMs,
        };

        public ScalingSnapshot Snapshot => snapshot;

        public int Current => current;

        // From the decision until it serves; that a burst shows takes a sample.
        public double StartMs => startMs;

        // Null while nothing is known of batches.
        public LatencyModel? Model { get; set; }

        public int Wanted { get; set; }

        public string Reason { get; set; } = "";

        public bool AtRisk { get; set; }

        public double PeakRate { get; set; }

        public double IdleMs { get; set; }

        public void Put(string name, double value) => _inputs[name] = value;

        public ScalingTarget Decided(int replicas, double revisitMs = double.PositiveInfinity) =>
            new(snapshot.Bounded(replicas), Reason + ".", _inputs, revisitMs);

        public ScalingTarget Stays(string why, double revisitMs) =>
            new(current, Invariant($"{Reason}; {Text.Count(current, "replica")} stay {why}."), _inputs, revisitMs);
    }
}
