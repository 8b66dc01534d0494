"""Tests of FEEL and DMN."""
