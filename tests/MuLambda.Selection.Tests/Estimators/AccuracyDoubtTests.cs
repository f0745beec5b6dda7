namespace MuLambda.Selection.Tests.Estimators;

public sealed class AccuracyDoubtTests
{
    [Theory]
    [InlineData(0.95)]
    [InlineData(0.8)]
    [InlineData(0.7)]
    [InlineData(0.55)]
    public void One_answer_does_not_make_a_good_model_look_better_than_the_best(double confidence)
    {
        var good = new AccuracyEstimator(0.9455);
        good.ObserveConfidence(confidence);

        // Even with the hope of ten thousand decisions.
        var hope = Math.Min(Math.Sqrt(2 * Math.Log(10_000)) * good.Current.Doubt, good.Current.MostHope);
        (good.Current.Mean + hope).ShouldBeLessThan(0.96);
    }

    [Fact]
    public void A_declared_value_that_is_fiction_is_doubted_from_the_second_answer_on()
    {
        var fiction = new AccuracyEstimator(0.9);
        fiction.ObserveConfidence(0.3);
        fiction.ObserveConfidence(0.5);

        fiction.Current.Mean.ShouldBeLessThan(0.5);
        fiction.Current.Doubt.ShouldBeGreaterThan(0.03);
        fiction.Current.MostHope.ShouldBe(0.9 - fiction.Current.Mean, 1e-9);
    }
}
