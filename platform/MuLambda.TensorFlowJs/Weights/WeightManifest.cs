using MuLambda.TensorFlowJs.Json;

namespace MuLambda.TensorFlowJs.Weights;

/// <summary>Reads <c>weightsManifest</c>.</summary>
internal static class WeightManifest
{
    /// <exception cref="TensorFlowJsException">It is wrong, or outside the limits.</exception>
    public static IReadOnlyList<WeightGroup> Read(JsonMember manifest, TensorFlowJsLimits limits)
    {
        var groups = new List<WeightGroup>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var shards = 0;
        foreach (var group in manifest.Items())
        {
            var paths = group.Required("paths").Items().ToList();
            shards += paths.Count;
            if (shards > limits.MaxShards)
            {
                throw group.Wrong($"has one file too many; the limit is {limits.MaxShards}");
            }

            var weights = new List<WeightSpec>();
            foreach (var member in group.Required("weights").Items())
            {
                var weight = WeightSpec.Read(member);
                if (!names.Add(weight.Name))
                {
                    throw member.Wrong($"is a second weight {weight.Name}");
                }

                if (names.Count > limits.MaxWeights)
                {
                    throw member.Wrong($"is one weight too many; the limit is {limits.MaxWeights}");
                }

                weights.Add(weight);
            }

            groups.Add(new WeightGroup(paths, weights, group));
        }

        return groups;
    }
}
