using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Operators;

public sealed class ActivationTests
{
    [Fact]
    public void Relu_cuts_below_zero_for_every_numeric_type()
    {
        OneOperator.Run([-1f, 0, 2], [3], Apply("Relu")).ShouldHold([3], 0f, 0, 2);
        OneOperator.Run([-1d, 0, 2], [3], Apply("Relu")).ShouldHold([3], 0d, 0, 2);
        OneOperator.Run([-1, 0, 2], [3], Apply("Relu")).ShouldHold([3], 0, 0, 2);
        OneOperator.Run([-1L, 0, 2], [3], Apply("Relu")).ShouldHold([3], 0L, 0, 2);
        OneOperator.Run([(byte)0, (byte)200], [2], Apply("Relu")).ShouldHold([2], (byte)0, (byte)200);
    }

    [Fact]
    public void Relu6_cuts_above_six_too()
    {
        OneOperator.Run([-1f, 3, 7], [3], Apply("Relu6")).ShouldHold([3], 0f, 3, 6);
        OneOperator.Run([-1d, 3, 7], [3], Apply("Relu6")).ShouldHold([3], 0d, 3, 6);
        OneOperator.Run([-1, 3, 7], [3], Apply("Relu6")).ShouldHold([3], 0, 3, 6);
    }

    [Fact]
    public void Sigmoid_and_tanh_are_the_functions_of_that_name()
    {
        float[] x = [-30f, -2, -.5f, 0, .5f, 2, 30];
        OneOperator.Run(x, [7], Apply("Sigmoid")).ShouldHoldAbout([7], [.. x.Select(v => (float)(1 / (1 + Math.Exp(-v))))], 1e-6);
        OneOperator.Run(x, [7], Apply("Tanh")).ShouldHoldAbout([7], [.. x.Select(v => (float)Math.Tanh(v))], 1e-6);
    }

    [Fact]
    public void Softmax_normalises_the_last_dimension_and_does_not_overflow()
    {
        float[] x = [1, 2, 3, 1000, 1000, 0, -5, -5, -5, 0, 0, 1];
        var expected = x.Chunk(3).SelectMany(row =>
        {
            var powers = row.Select(v => Math.Exp(v - row.Max())).ToArray();
            return powers.Select(p => (float)(p / powers.Sum()));
        });
        OneOperator.Run(x, [2, 2, 3], Apply("Softmax")).ShouldHoldAbout([2, 2, 3], [.. expected], 1e-6);
    }

    [Fact]
    public void LogSoftmax_is_the_logarithm_of_the_softmax_and_does_not_overflow()
    {
        float[] x = [1, 2, 3, 1000, 1000, 0, -5, -5, -5];
        var expected = x.Chunk(3).SelectMany(row =>
        {
            var sum = row.Sum(v => Math.Exp(v - row.Max()));
            return row.Select(v => (float)(v - row.Max() - Math.Log(sum)));
        });
        OneOperator.Run(x, [3, 3], Apply("LogSoftmax")).ShouldHoldAbout([3, 3], [.. expected], 1e-4);
    }

    [Theory]
    [InlineData("Swish")]
    [InlineData("_MklSwish")]
    public void Swish_is_a_number_times_its_sigmoid(string op)
    {
        float[] x = [-30f, -2, -.5f, 0, .5f, 2, 30];
        OneOperator.Run(x, [7], Apply(op)).ShouldHoldAbout([7], [.. x.Select(v => (float)(v / (1 + Math.Exp(-v))))]);
    }

    [Fact]
    public void HardSwish_is_nothing_below_minus_three_and_the_identity_above_three()
    {
        float[] x = [-4f, -3, -1.5f, 0, 1.5f, 3, 4];
        OneOperator.Run(x, [7], Apply("HardSwish")).ShouldHoldAbout([7], [0, 0, -.375f, 0, 1.125f, 3, 4]);
    }

    private static Func<SavedModelBuilder, string> Apply(string op) => g => g.Node(op, "y", ["x"]);
}
