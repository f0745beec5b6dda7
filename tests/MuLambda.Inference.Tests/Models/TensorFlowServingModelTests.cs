using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Models;

/// <summary>Models that TensorFlow wrote: they use variables and functions, which are not translated.</summary>
public sealed class TensorFlowServingModelTests
{
    [TestDataFact]
    public void A_model_with_variables_is_refused_by_the_first_operator_outside_the_set() =>
        Refused("saved_model_half_plus_two_cpu")
            .ShouldEndWith("signature classify_x_to_y: operator VariableV2 (node b) is not supported.");

    [TestDataFact]
    public void A_model_of_functions_is_refused_by_the_call() =>
        Refused("saved_model_half_plus_two_tf2_cpu")
            .ShouldEndWith("signature classify_x2_to_y3: operator StatefulPartitionedCall (node StatefulPartitionedCall) is not supported.");

    private static string Refused(string name) =>
        Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(Path.Combine(Repository.TestData!, name))).Message;
}
